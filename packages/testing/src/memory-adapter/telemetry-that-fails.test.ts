import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DiagLogLevel, diag, type TextMapPropagator } from '@opentelemetry/api';
import type { SpanProcessor } from '@opentelemetry/sdk-trace';
import { active, type TracedBrokerOptions, tracedBroker, withBaggage } from '../../test/traced-broker.ts';

const fail = (): never => {
  throw new Error('broken telemetry');
};

const silent = { forceFlush: async () => undefined, shutdown: async () => undefined };
const works: SpanProcessor = { onStart: () => undefined, onEnd: () => undefined, ...silent };
const propagator = (broken: Partial<TextMapPropagator>): TextMapPropagator => ({
  fields: () => ['traceparent'],
  inject: () => undefined,
  extract: (into) => into,
  ...broken,
});

let warnings: string[] = [];

beforeAll(() => {
  const ignore = (): void => undefined;
  diag.setLogger(
    {
      error: ignore,
      info: ignore,
      debug: ignore,
      verbose: ignore,
      warn: (_namespace, text) => warnings.push(String(text)),
    },
    { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true },
  );
});

afterAll(() => diag.disable());

describe.each<[what: string, options: TracedBrokerOptions]>([
  ['a propagator that throws when it writes', { waybill: { propagator: propagator({ inject: fail }) } }],
  ['a propagator that throws when it reads', { waybill: { propagator: propagator({ extract: fail }) } }],
  ['a sampler that throws', { sampler: { shouldSample: fail } }],
  ['a span processor that throws at the start', { spanProcessors: [{ ...works, onStart: fail }] }],
  ['a span processor that throws at the end', { spanProcessors: [{ ...works, onEnd: fail }] }],
  ['a tracer provider that throws', { waybill: { tracerProvider: { getTracer: fail } } }],
  ['a meter provider that throws', { waybill: { meterProvider: { getMeter: fail } } }],
  ['a clock that throws', { waybill: { clock: fail } }],
])('with %s', (_what, options) => {
  beforeAll(() => {
    warnings = [];
  });

  it('messages are sent and handled, one by one and in batches', async () => {
    const { broker } = tracedBroker(options);
    const handled: unknown[] = [];
    broker.subscribe('orders', ({ body }) => handled.push(body));
    broker.subscribeBatch('reports', (messages) => handled.push(messages.map(({ body }) => body)));
    const { id } = await broker.publish('orders', { headers: { shop: 'north' }, body: 1 });
    const results = await broker.publishBatch([2, 3].map((body) => ({ queue: 'reports', body })));
    await broker.publish('pulled', { body: 4 });
    const [message] = await broker.receive('pulled');
    await broker.ack(message as never);
    await broker.idle();

    expect(id).toEqual(expect.any(String));
    expect(results).toEqual([{ id: expect.any(String) }, { id: expect.any(String) }]);
    expect(handled).toEqual([1, [2, 3]]);
    expect(message).toMatchObject({ body: 4 });
  });

  it('errors of the handler and of the client are theirs', async () => {
    const refusal = new RangeError('full');
    const { broker } = tracedBroker({
      ...options,
      broker: { maxAttempts: 1, refuse: (_message, queue) => (queue === 'full' ? refusal : undefined) },
    });
    const error = new RangeError('no stock');
    const failures: unknown[] = [];
    broker.subscribe('orders', () => Promise.reject(error), { onError: (failure) => failures.push(failure) });
    await broker.publish('orders', { body: 1 });
    await broker.idle();

    expect(failures[0]).toBe(error);
    await expect(broker.publish('full', { body: 1 })).rejects.toBe(refusal);
  });

  it('it is reported', async () => {
    const { broker, drain } = tracedBroker(options);
    // The same text is reported the 1st, 2nd, 4th, 8th … time only.
    for (let time = 0; time < 40; time += 1) {
      await broker.publish('orders', { body: 1 });
      await drain('orders');
    }

    expect(warnings.join()).toMatch(/failed/);
  });
});

describe('where a span cannot be made', () => {
  it('the handler has no span of another message, and its baggage all the same', async () => {
    const traced = tracedBroker({ sampler: { shouldSample: fail } });
    const seen: unknown[] = [];
    traced.broker.subscribe('orders', () => seen.push(active().baggage));
    await withBaggage({ tenant: 'acme' }, () => traced.broker.publish('orders', { body: 1 }));
    await traced.broker.idle();

    expect(seen).toEqual([{ tenant: 'acme' }]);
  });
});
