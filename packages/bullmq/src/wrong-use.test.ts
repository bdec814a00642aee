import { describe, expect, it } from '@jest/globals';
import { createWaybill, type Waybill, WaybillError } from '@waybill/core';
import { processJob, traceFlowProducer, traceProcessor, traceQueue, waybillTelemetry } from './index.ts';

const noWaybill = undefined as unknown as Waybill;
const queue = { name: 'orders', add: async () => undefined, addBulk: async () => undefined };

it('runs the processor of a job that cannot tell its queue', () => {
  const tracerProvider = { getTracer: () => ({}) as never };
  const fail = (): never => {
    throw new TypeError('Cannot read properties of undefined');
  };
  const job = Object.defineProperty({ data: 1 }, 'queueName', { get: fail });
  const processor = traceProcessor((given: typeof job) => given.data, createWaybill({ tracerProvider }));

  expect(processor(job)).toBe(1);
});

describe('what is given by mistake is refused with the fix', () => {
  it.each<[string, (waybill: Waybill) => unknown, string, string]>([
    [
      'nothing for a queue',
      (waybill) => traceQueue(undefined as never, waybill),
      'traceQueue: undefined is not a queue of BullMQ. Pass what new Queue() gives.',
      'WAYBILL_WRONG_CLIENT',
    ],
    [
      'a promise for a queue',
      (waybill) => traceQueue(Promise.resolve(queue) as never, waybill),
      'traceQueue: a promise is not a queue of BullMQ, but may become one. Await it first. Pass what new Queue() gives.',
      'WAYBILL_WRONG_CLIENT',
    ],
    [
      'a worker for a flow producer',
      (waybill) => traceFlowProducer(new (class Worker {})() as never, waybill),
      'traceFlowProducer: an object of Worker is not a flow producer of BullMQ: it has no method add, addBulk. Pass what new FlowProducer() gives.',
      'WAYBILL_WRONG_CLIENT',
    ],
    [
      'a file for a processor',
      (waybill) => traceProcessor('./ship.js' as never, waybill),
      'traceProcessor: the text "./ship.js" is not a function. Wrap the function that the processor file exports, in that file.',
      'WAYBILL_NOT_A_FUNCTION',
    ],
    [
      'no handler for a job',
      (waybill) => processJob({} as never, undefined as never, waybill),
      'processJob: undefined is not a function. Pass the job first, then the handler, then the Waybill.',
      'WAYBILL_NOT_A_FUNCTION',
    ],
    [
      'a queue for the options of a telemetry',
      (waybill) => waybillTelemetry(waybill, 'orders' as never),
      'waybillTelemetry: the text "orders" is no options. Write { worker: true }, or leave them out.',
      'WAYBILL_INVALID_OPTION',
    ],
    [
      'an option that there is not',
      (waybill) => waybillTelemetry(waybill, { workers: true } as never),
      'waybillTelemetry: workers: there is no such option. Leave it out, or write worker or commands.',
      'WAYBILL_INVALID_OPTION',
    ],
    [
      'an option that is no boolean',
      (waybill) => waybillTelemetry(waybill, { worker: 'yes' as never }),
      'waybillTelemetry: worker: the text "yes" is not a boolean. Write true, or leave it out.',
      'WAYBILL_INVALID_OPTION',
    ],
    [
      'no Waybill for a telemetry',
      () => waybillTelemetry(noWaybill),
      'waybillTelemetry: undefined is not a Waybill. Pass what createWaybill() gives.',
      'WAYBILL_NOT_A_WAYBILL',
    ],
    [
      'no Waybill for a queue',
      () => traceQueue(queue, noWaybill),
      'traceQueue: undefined is not a Waybill. Pass what createWaybill() gives.',
      'WAYBILL_NOT_A_WAYBILL',
    ],
    [
      'no Waybill for a processor',
      () => traceProcessor(() => undefined, noWaybill),
      'traceProcessor: undefined is not a Waybill. Pass what createWaybill() gives.',
      'WAYBILL_NOT_A_WAYBILL',
    ],
    [
      'no Waybill for a job',
      () => processJob({} as never, () => undefined, noWaybill),
      'processJob: undefined is not a Waybill. Pass what createWaybill() gives.',
      'WAYBILL_NOT_A_WAYBILL',
    ],
  ])('%s', (_what, wrong, message, code) => {
    let thrown: unknown;
    try {
      wrong(createWaybill());
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(WaybillError);
    expect(thrown).toMatchObject({ code, message: `${message} [${code}]` });
  });

  it('and nothing of a queue is changed', () => {
    const before = Object.entries(queue);
    expect(() => traceQueue(queue, noWaybill)).toThrow(WaybillError);
    expect(Object.entries(queue)).toEqual(before);
  });
});
