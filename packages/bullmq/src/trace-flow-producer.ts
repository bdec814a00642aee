import {
  overridePublish,
  type PublishCall,
  type Traceable,
  traceOnce,
  type Waybill,
} from '@waybill/core/adapter';
import type { FlowJob, FlowProducer, JobNode } from 'bullmq';
import { adapterInfo } from './adapter-info.ts';
import { FlowMessage } from './flow-message.ts';
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
function publishing<R extends JobNode | JobNode[]>(
  flows: readonly FlowJob[],
  isBulk: boolean,
  add: (copies: FlowJob[]) => Promise<R>,
): PublishCall<Promise<R>> {
  const messages: FlowMessage[] = [];
  const roots = flows.map((flow) => new FlowMessage(flow, messages));
  return {
    messages,
    batch: isBulk || messages.length > 1,
    completes: 'promise',
    invoke: () => add(roots.map(({ copy }) => copy)),
    outcome(added: JobNode | JobNode[] | undefined, each) {
      const nodes = Array.isArray(added) ? added : [added];
      for (const [index, root] of roots.entries()) root.tellIds(nodes[index], each);
    },
  };
}
