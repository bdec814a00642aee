import {
  copyWith,
  overridePublish,
  type PublishCall,
  type PublishOutcome,
  type Traceable,
  traceOnce,
  type Waybill,
} from '@waybill/core/adapter';
import type { FlowJob, FlowProducer, JobNode } from 'bullmq';
import { adapterInfo } from './adapter-info.ts';
import { BullmqOutgoingMessage } from './outgoing-message.ts';
import { bypassFlowTelemetry } from './own-telemetry.ts';

/** What is used of a `FlowProducer`, so that a class around one can be traced, too. */
export interface TraceableFlowProducer {
  add(...parameters: unknown[]): Promise<unknown>;
  addBulk(...parameters: unknown[]): Promise<unknown>;
}

/**
 * Traces a flow producer: every job of a flow, however deep, has a span of its own, which links to that of the job that waits
 * for it, and carries its context and the baggage that is active at the call. The flows that are passed in are not changed.
 *
 * @returns the same flow producer.
 *
 * @example
 * const flows = traceFlowProducer(new FlowProducer({ connection }), waybill);
 * await flows.add({ name: 'ship', queueName: 'orders', children: [{ name: 'pack', queueName: 'parcels' }] });
 */
export function traceFlowProducer<F extends TraceableFlowProducer>(flowProducer: F, waybill: Waybill): F {
  return traceOnce(flowProducer, waybill, adapterInfo, traceable, (instrumenter) => {
    const client = flowProducer as unknown as FlowProducer;
    overridePublish(client, 'add', instrumenter, (bare, flow, ...rest) =>
      publishing([flow], false, ([copy = flow]) => bare.call(client, copy, ...rest)),
    );
    overridePublish(client, 'addBulk', instrumenter, (bare, flows, ...rest) =>
      publishing(flows, true, (copies) => bare.call(client, copies, ...rest)),
    );
    bypassFlowTelemetry(client, instrumenter);
  });
}

const traceable: Traceable = {
  by: 'traceFlowProducer',
  wanted: 'a flow producer of BullMQ',
  from: 'new FlowProducer()',
  methods: ['add', 'addBulk'],
};

/** @param add makes BullMQ's call with copies of the flows. */
function publishing<R>(flows: FlowJob[], isBulk: boolean, add: (copies: FlowJob[]) => R): PublishCall<R> {
  const messages: FlowMessage[] = [];
  const roots = flows.map((flow) => new FlowMessage(flow, messages));
  return {
    messages,
    batch: isBulk || messages.length > 1,
    completes: 'promise',
    invoke: () => add(roots.map(({ copy }) => copy)),
    outcome(added, each) {
      const nodes = (Array.isArray(added) ? added : [added]) as (JobNode | undefined)[];
      for (const [index, root] of roots.entries()) root.tellIds(nodes[index], each);
    },
  };
}

/** A job of a flow that is being added, with the jobs that it waits for. */
class FlowMessage extends BullmqOutgoingMessage<FlowJob> {
  readonly dependent: number | undefined;
  readonly #index: number;
  readonly #children: readonly FlowMessage[];

  /**
   * @param messages those of the call. The job is added to them, and behind it those that it waits for.
   * @param dependent which of them waits for this one.
   * @throws TypeError for what BullMQ will refuse; RangeError where a flow has no end.
   */
  constructor(node: FlowJob, messages: FlowMessage[], dependent?: number) {
    super({ name: node.queueName }, node, node);
    this.dependent = dependent;
    this.#index = messages.push(this) - 1;
    this.#children = (node.children ?? []).map((child) => new FlowMessage(child, messages, this.#index));
  }

  /** The flow with what was written. */
  override get copy(): FlowJob {
    if (this.#children.length === 0) return super.copy;
    const { opts, native } = this;
    const children = this.#children.map(({ copy }) => copy);
    // In one step: a copy of a copy would lack what a class of jobs inherits.
    return copyWith(native, { ...(opts !== undefined && { opts }), children });
  }

  /** Tells the ids of the jobs that were added. */
  tellIds(added: JobNode | undefined, each: PublishOutcome): void {
    each(this.#index, added?.job.id);
    for (const [index, child] of this.#children.entries()) child.tellIds(added?.children?.[index], each);
  }
}
