import { copyWith } from '@waybill/core/adapter';
import type { FlowJob, JobNode } from 'bullmq';
import { areOptions } from './are-options.ts';
import { BullmqOutgoingMessage } from './outgoing-message.ts';

/** A job of a flow, those it waits for, and its message. */
interface Outline {
  readonly node: FlowJob;
  readonly message: BullmqOutgoingMessage;
  readonly children: readonly Outline[];
}

/** The messages of flows, and the way back from them to flows for BullMQ. */
export class FlowOutline {
  /** Every job stands behind the one that waits for it. */
  readonly messages: BullmqOutgoingMessage[] = [];
  readonly #roots: readonly Outline[];

  /** @throws TypeError where they are not what BullMQ takes; RangeError where they have no end. */
  constructor(flows: readonly FlowJob[]) {
    this.#roots = flows.map((flow) => this.#outline(flow, undefined));
  }

  /** The flows with what was written to the messages. */
  get copies(): FlowJob[] {
    return this.#roots.map(copyOf);
  }

  /** The ids of the jobs that were added, in the order of {@link messages}. */
  ids(nodes: readonly (JobNode | undefined)[]): (string | undefined)[] {
    return this.#roots.flatMap((root, index) => [...idsOf(root, nodes[index])]);
  }

  #outline(node: FlowJob, dependent: number | undefined): Outline {
    if (typeof node !== 'object' || !areOptions(node.opts)) throw new TypeError('No job of a flow.');
    const { queueName, name, opts, children } = node;
    const message = new BullmqOutgoingMessage({ queueName, name, opts, dependent, native: node });
    const index = this.messages.push(message) - 1;
    return {
      node,
      message,
      children: (children ?? []).map((child) => this.#outline(child, index)),
    };
  }
}

function copyOf({ node, message, children }: Outline): FlowJob {
  const { opts } = message;
  return copyWith<FlowJob>(node, {
    ...(opts !== undefined && { opts }),
    ...(node.children !== undefined && { children: children.map(copyOf) }),
  });
}

function* idsOf({ children }: Outline, node: JobNode | undefined): Generator<string | undefined> {
  yield node?.job.id;
  for (const [index, child] of children.entries()) yield* idsOf(child, node?.children?.[index]);
}
