import { copyWith, type PublishOutcome } from '@waybill/core/adapter';
import type { FlowJob, JobNode } from 'bullmq';
import { BullmqOutgoingMessage } from './outgoing-message.ts';

/** A job of a flow that is being added, with the jobs that it waits for. */
export class FlowMessage extends BullmqOutgoingMessage<FlowJob> {
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
    return copyWith(super.copy, { children: this.#children.map(({ copy }) => copy) });
  }

  /** Tells the ids of the jobs that were added. */
  tellIds(added: JobNode | undefined, each: PublishOutcome): void {
    each(this.#index, added?.job.id);
    for (const [index, child] of this.#children.entries()) child.tellIds(added?.children?.[index], each);
  }
}
