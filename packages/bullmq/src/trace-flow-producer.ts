import {
  type Instrumenter,
  overrideMethod,
  type PublishOutcome,
  type Traceable,
  traceOnce,
  type Waybill,
} from '@waybill/core/adapter';
import type { FlowJob, JobNode } from 'bullmq';
import { adapterInfo } from './adapter-info.ts';
import { FlowOutline } from './flow-outline.ts';
import { bypassFlowTelemetry } from './own-telemetry.ts';

/** What is used of a `FlowProducer`, so that a class around one can be traced, too. */
export interface TraceableFlowProducer {
  add(...parameters: unknown[]): Promise<unknown>;
  addBulk(...parameters: unknown[]): Promise<unknown>;
}

interface FlowClient {
  telemetry?: unknown;
  add(flow: FlowJob, ...rest: unknown[]): Promise<JobNode>;
  addBulk(flows: FlowJob[], ...rest: unknown[]): Promise<JobNode[]>;
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
    const client = flowProducer as unknown as FlowClient;
    traceAdds(client, instrumenter);
    bypassFlowTelemetry(client, instrumenter);
  });
}

const traceable: Traceable = {
  by: 'traceFlowProducer',
  wanted: 'a flow producer of BullMQ',
  from: 'new FlowProducer()',
  methods: ['add', 'addBulk'],
};

function traceAdds(client: FlowClient, instrumenter: Instrumenter): void {
  overrideMethod(client, 'add', (original, bare) => (flow, ...rest) => {
    const outline = instrumenter.isIdle ? undefined : outlineOf([flow]);
    if (outline === undefined) return original.call(client, flow, ...rest);
    return instrumenter.publish<Promise<JobNode>>({
      messages: outline.messages,
      batch: outline.messages.length > 1,
      completes: 'promise',
      invoke: () => bare.call(client, outline.copies[0] ?? flow, ...rest),
      outcome: (node, each) => tell(outline.ids([node]), each),
    });
  });

  overrideMethod(client, 'addBulk', (original, bare) => (flows, ...rest) => {
    const outline = instrumenter.isIdle ? undefined : outlineOf(flows);
    if (outline === undefined) return original.call(client, flows, ...rest);
    return instrumenter.publish<Promise<JobNode[]>>({
      messages: outline.messages,
      batch: true,
      completes: 'promise',
      invoke: () => bare.call(client, outline.copies, ...rest),
      outcome: (nodes, each) => tell(outline.ids(nodes ?? []), each),
    });
  });
}

/** `undefined` for what BullMQ will refuse. */
function outlineOf(flows: readonly FlowJob[]): FlowOutline | undefined {
  try {
    return new FlowOutline(flows);
  } catch {
    return undefined;
  }
}

function tell(ids: readonly (string | undefined)[], each: PublishOutcome): void {
  for (const [index, id] of ids.entries()) each(index, id);
}
