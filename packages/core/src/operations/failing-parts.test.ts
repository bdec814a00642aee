import { describe, expect, it, jest } from '@jest/globals';
import {
  type Context,
  type ContextManager,
  createNoopMeter,
  DiagLogLevel,
  diag,
  propagation,
  type Span,
  SpanKind,
  type Tracer,
  type TracerProvider,
  trace,
} from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { type Sampler, TracerProvider as SdkTracerProvider } from '@opentelemetry/sdk-trace';
import { FakeOutgoing, incoming, publishing, traceparent } from '../../test/fake-messages.ts';
import { processor, setUp, type TestBed, type TestBedSetup } from '../../test/test-bed.ts';
import type { WaybillOptions } from '../index.ts';

const fail = (): never => {
  throw new Error('broken');
};

const brokenInstrument = { add: fail, record: fail };
const brokenMeter = { createHistogram: () => brokenInstrument, createCounter: () => brokenInstrument };

/** A provider whose spans are those of an SDK but for some methods. */
function spansWith(methods: Partial<Span>): TracerProvider {
  const provider = new SdkTracerProvider();
  return {
    getTracer: (...name) => {
      const tracer = provider.getTracer(...name);
      const startSpan: Tracer['startSpan'] = (...start) => Object.assign(tracer.startSpan(...start), methods);
      return { startSpan, startActiveSpan: fail };
    },
  };
}

function managerWith(methods: Partial<ContextManager>): ContextManager {
  return Object.assign(new AsyncLocalStorageContextManager(), methods);
}

function failAfterwards(_context: Context, run: (...args: unknown[]) => unknown): never {
  run();
  return fail();
}

const broken: readonly [what: string, options: WaybillOptions, setup?: TestBedSetup][] = [
  ['a clock that throws', { clock: fail }],
  ['a clock that tells no time', { clock: () => Number.NaN }],
  ['a tracer provider that throws', { tracerProvider: { getTracer: fail } }],
  ['a meter provider that throws', { meterProvider: { getMeter: fail } }],
  ['a meter that throws', { meterProvider: { getMeter: () => ({}) as never } }],
  ['instruments that throw', { meterProvider: { getMeter: () => brokenMeter as never } }],
  ['a relation function that throws', { policy: { relation: fail } }],
  ['a sampler that throws', {}, { sampler: { shouldSample: fail } }],
  ['a span processor that throws at the start', {}, { processors: [processor({ onStart: fail })] }],
  ['a span processor that throws at the end', {}, { processors: [processor({ onEnd: fail })] }],
  ['a span that cannot say whether it records', { tracerProvider: spansWith({ isRecording: fail }) }],
  ['a span without a context', { tracerProvider: spansWith({ spanContext: fail }) }],
  [
    'a span that takes no attributes',
    { tracerProvider: spansWith({ setAttribute: fail, setAttributes: fail }) },
  ],
  ['a span that takes no status', { tracerProvider: spansWith({ setStatus: fail, recordException: fail }) }],
  ['a span that cannot end', { tracerProvider: spansWith({ end: fail }) }],
  ['a context manager that sets no context', {}, { contextManager: managerWith({ with: fail }) }],
  [
    'a context manager that fails afterwards',
    {},
    { contextManager: managerWith({ with: failAfterwards as ContextManager['with'] }) },
  ],
  ['a context manager that knows no context', {}, { contextManager: managerWith({ active: fail }) }],
  ['a propagator that throws', { propagator: { inject: fail, extract: fail, fields: () => ['b3'] } }],
];

describe.each(broken)('with %s', (_what, options, setup) => {
  it('messages are sent, and answers and errors are those of the client', async () => {
    const testBed = setUp(options, setup);
    expect(testBed.instrumenter.isIdle).toBe(false);
    const error = new RangeError('full');
    const answer = { id: 'm-1' };

    expect(
      await testBed.instrumenter.publish(publishing([new FakeOutgoing()], { invoke: async () => answer })),
    ).toBe(answer);
    const refused = testBed.instrumenter.publish(publishing(two(), { invoke: () => Promise.reject(error) }));
    await expect(refused).rejects.toBe(error);
  });

  it('messages are handled, and answers and errors are those of the handler', async () => {
    const testBed = setUp(options, setup);
    const error = new RangeError('no stock');
    const one = { messages: [incoming({ headers: { traceparent: traceparent() } })], batch: false };
    const batch = { messages: [incoming(), incoming()], batch: true };

    expect(testBed.instrumenter.process(one, () => 'sync')).toBe('sync');
    expect(await testBed.instrumenter.process(batch, async () => 'batch')).toBe('batch');
    await expect(testBed.instrumenter.process(one, () => Promise.reject(error))).rejects.toBe(error);
  });

  it('messages are received and settled', async () => {
    const testBed = setUp(options, setup);
    const message = incoming();
    const receive = {
      destination: 'orders',
      queueKey: 'orders',
      invoke: async () => 'messages',
      messages: () => [message],
    };
    const settle = {
      operation: 'ack',
      destination: 'orders',
      queueKey: 'orders',
      receipts: ['r-1'],
      batch: false,
      invoke: () => 'settled',
    };

    expect(await testBed.instrumenter.receive(receive)).toBe('messages');
    expect(testBed.instrumenter.settle(settle)).toBe('settled');
  });
});

describe('a clock', () => {
  it.each([
    ['nothing', undefined],
    ['a time before the epoch', -5],
    ['no number', Number.NaN],
    ['eternity', Number.POSITIVE_INFINITY],
    ['more than a header holds', 1e20],
    ['text', 'noon'],
    ['a bigint', 5n],
    ['a symbol', Symbol('noon')],
  ])('that returns %s is replaced by the clock of the machine', async (_what, time) => {
    const before = Date.now();
    const testBed = setUp({ clock: () => time as number });
    const message = new FakeOutgoing();

    await testBed.instrumenter.publish(publishing([message]));

    const [, sentAt] = /^1-(\d+)-/.exec(String(message.carrier.waybill)) ?? [];
    expect(Number(sentAt)).toBeGreaterThanOrEqual(before);
    testBed.instrumenter.process(
      { messages: [incoming({ headers: message.carrier })], batch: false },
      () => undefined,
    );
    expect(testBed.span('process orders').attributes).toMatchObject({
      'waybill.relation.reason': 'fresh',
      'waybill.message.age.source': 'waybill',
    });
  });

  it('may return fractions of a millisecond', async () => {
    const testBed = setUp({ clock: () => 1_700_000_000_000.75 });
    const message = new FakeOutgoing();

    await testBed.instrumenter.publish(publishing([message]));

    expect(message.carrier.waybill).toMatch(/^1-1700000000000-/);
  });
});

describe('a span that fails later', () => {
  it.each([
    ['takes no status', 'setStatus', 0],
    ['takes no attribute', 'setAttribute', 2],
    ['takes no attribute at last', 'setAttribute', 4],
    ['cannot say whether it records', 'isRecording', 1],
    ['cannot say so at last', 'isRecording', 2],
  ] as const)('and %s ends all the same', async (_what, method, working) => {
    const started: Span[] = [];
    const ended = new Set<Span>();
    const provider = new SdkTracerProvider();
    const startSpan: Tracer['startSpan'] = (...start) => {
      const span = provider.getTracer('').startSpan(...start);
      let calls = 0;
      const original = span[method].bind(span) as () => never;
      const end = span.end.bind(span);
      Object.assign(span, {
        [method]: (...args: []) => (calls++ < working ? original(...args) : fail()),
        end: () => {
          ended.add(span);
          end();
        },
      });
      started.push(span);
      return span;
    };
    const testBed = setUp({ tracerProvider: { getTracer: () => ({ startSpan, startActiveSpan: fail }) } });
    const error = new RangeError('no stock');
    const outcomeOf = (): 'retry' => 'retry';

    for (const batch of [false, true]) {
      const delivery = {
        messages: [incoming({ headers: { traceparent: traceparent() } })],
        batch,
        outcomeOf,
      };
      expect(testBed.instrumenter.process(delivery, () => 'handled')).toBe('handled');
      await expect(testBed.instrumenter.process(delivery, () => Promise.reject(error))).rejects.toBe(error);
      expect(testBed.instrumenter.process({ ...delivery, outcomeOf: () => 'failed' }, () => 'handled')).toBe(
        'handled',
      );
    }
    expect(await testBed.instrumenter.publish(publishing(two()))).toBe('sent');
    const refused = testBed.instrumenter.publish(
      publishing([new FakeOutgoing()], { invoke: () => Promise.reject(error) }),
    );
    await expect(refused).rejects.toBe(error);

    expect(started.filter((span) => !ended.has(span))).toEqual([]);
    expect(started.length).toBeGreaterThan(6);
  });
});

describe('a span that cannot be started', () => {
  it('leaves the handler with the baggage of its message and without a span', () => {
    const sampler: Sampler = {
      shouldSample: (_context, _traceId, name) => (name === 'loop' ? { decision: 2 } : fail()),
    };
    const testBed = setUp({}, { sampler });
    const headers = { traceparent: traceparent(), baggage: 'tenant=acme' };

    const seen = testBed.within('loop', () =>
      testBed.instrumenter.process({ messages: [incoming({ headers })], batch: false }, () => [
        propagation.getActiveBaggage()?.getEntry('tenant')?.value,
        trace.getActiveSpan()?.isRecording(),
      ]),
    );

    expect(seen).toEqual(['acme', false]);
  });
});

describe('a span that fails as soon as it is started', () => {
  it.each(['spanContext', 'setAttribute'] as const)('is ended if its %s throws', async (method) => {
    const end = jest.fn();
    const testBed = setUp({ tracerProvider: spansWith({ [method]: fail, end }) });

    await testBed.instrumenter.publish(publishing([new FakeOutgoing()]));

    expect(end).toHaveBeenCalledTimes(1);
  });
});

describe('a span whose isRecording throws later', () => {
  it('ends if no metrics are recorded, too', async () => {
    const end = jest.fn();
    let asked = 0;
    const isRecording = (): boolean => (asked++ === 0 ? true : fail());
    const testBed = setUp({
      tracerProvider: spansWith({ isRecording, end }),
      meterProvider: { getMeter: createNoopMeter },
    });

    testBed.instrumenter.process({ messages: [incoming()], batch: false }, () => undefined);
    expect(end).toHaveBeenCalledTimes(1);
    asked = 0;
    await testBed.instrumenter.publish(publishing([new FakeOutgoing()]));
    expect(end).toHaveBeenCalledTimes(2);
  });
});

describe('a message that its adapter cannot read', () => {
  it.each(['get', 'names'] as const)('is handled as one without a context: %s', async (method) => {
    const testBed = setUp();
    const message = incoming({ headers: { traceparent: traceparent() }, read: { [method]: fail } });

    expect(testBed.instrumenter.process({ messages: [message], batch: false }, () => 'handled')).toBe(
      'handled',
    );

    const reason = method === 'get' ? 'malformed' : 'no-timestamp';
    expect(testBed.span('process orders').attributes['waybill.relation.reason']).toBe(reason);
  });

  it.each(['describe', 'detail'] as const)('has a span that ends if %s fails', (method) => {
    const testBed = setUp();
    const message = incoming({ headers: { traceparent: traceparent() }, [method]: fail });

    expect(testBed.instrumenter.process({ messages: [message], batch: false }, () => 'handled')).toBe(
      'handled',
    );

    const span = testBed.span('process orders');
    expect(span.ended).toBe(true);
    expect(span.attributes['waybill.relation']).toBe('parent');
  });

  it.each([
    ['identity', fail],
    ['id', fail],
    ['flow', fail],
    ['schedule', fail],
    ['attempt', fail],
    ['receipt', fail],
    ['position', fail],
    ['delay', fail],
    ['sentAt', fail],
    ['carrierFault', fail],
  ] as const)('is handled where its %s cannot be read', (field, get) => {
    const testBed = setUp();
    const message = Object.defineProperty(incoming({ headers: { traceparent: traceparent() } }), field, {
      get,
    });

    expect(testBed.instrumenter.process({ messages: [message], batch: false }, () => 'handled')).toBe(
      'handled',
    );
    expect(testBed.instrumenter.process({ messages: [message], batch: true }, () => 'handled')).toBe(
      'handled',
    );

    expect(testBed.spans.every((span) => span.ended)).toBe(true);
  });

  it('is sent if no header can be written', async () => {
    const testBed = setUp();
    const messages = [new FakeOutgoing({ refuse: fail }), new FakeOutgoing()];

    expect(await testBed.instrumenter.publish(publishing(messages))).toBe('sent');

    expect(messages[0]?.carrier).toEqual({});
    expect(messages[1]?.carrier).toHaveProperty('traceparent');
    expect(testBed.spans.every((span) => span.ended)).toBe(true);
  });
});

describe('a logger that throws', () => {
  it('changes nothing', () => {
    const testBed = setUp({ policy: { relation: fail } });
    let asked = 0;
    const warn = (): never => {
      asked++;
      throw new Error('broken');
    };
    diag.setLogger(
      { error: fail, warn, info: fail, debug: fail, verbose: fail },
      { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true },
    );

    try {
      const message = incoming({ destination: 'unlogged', headers: { traceparent: traceparent() } });
      expect(testBed.instrumenter.process({ messages: [message], batch: false }, () => 'handled')).toBe(
        'handled',
      );
      expect(asked).toBe(1);
    } finally {
      diag.disable();
    }
  });
});

describe('a repeated problem', () => {
  it('is reported the 1st, 2nd, 4th, 8th … time', () => {
    const testBed = setUp({ policy: { relation: fail } });
    const message = incoming({ destination: 'troubled', headers: { traceparent: traceparent() } });

    for (let time = 0; time < 20; time++) {
      testBed.instrumenter.process({ messages: [message], batch: false }, () => undefined);
    }

    const text = 'The relation function for troubled failed; the default rule applies';
    expect(testBed.warnings).toEqual(
      ['', ' (2 times)', ' (4 times)', ' (8 times)', ' (16 times)'].map(
        (times) => `@waybill/core ${text}${times} [WAYBILL_RELATION_FUNCTION_FAILED] Error: broken`,
      ),
    );
  });
});

describe('a problem of one kind', () => {
  const failFor = (testBed: TestBed, queues: number): void => {
    for (let queue = 0; queue < queues; queue++) {
      const headers = { traceparent: traceparent() };
      const message = incoming({ destination: `queue-${queue}`, headers });
      testBed.instrumenter.process({ messages: [message], batch: false }, () => undefined);
    }
  };

  it('does not silence other kinds, however many queues have it', async () => {
    const testBed = setUp({ policy: { relation: fail } });
    failFor(testBed, 500);

    await testBed.within(
      'orders publish',
      (span) => {
        const { traceId, spanId } = span.spanContext();
        const headers = { traceparent: traceparent(traceId, spanId) };
        return testBed.instrumenter.publish(publishing([new FakeOutgoing({ headers })]));
      },
      { kind: SpanKind.PRODUCER },
    );

    expect(testBed.warnings.at(-1)).toContain('application traces the same client as @waybill/fake');
  });

  it('is reported for each of 100 queues, and for the others the 1st, 2nd, 4th, 8th … time', () => {
    const testBed = setUp({ policy: { relation: fail } });

    failFor(testBed, 120);

    const text = (queue: number): string =>
      `The relation function for queue-${queue} failed; the default rule applies`;
    expect(testBed.warnings).toEqual(
      [
        ...Array.from({ length: 101 }, (_, queue) => text(queue)),
        `${text(101)} (2 more of this kind)`,
        `${text(103)} (4 more of this kind)`,
        `${text(107)} (8 more of this kind)`,
        `${text(115)} (16 more of this kind)`,
      ].map((warning) => `@waybill/core ${warning} [WAYBILL_RELATION_FUNCTION_FAILED] Error: broken`),
    );
  });

  it('of one Waybill does not silence another Waybill', () => {
    failFor(setUp({ policy: { relation: fail } }), 500);
    const testBed = setUp({ policy: { relation: fail } });

    failFor(testBed, 1);

    expect(testBed.warnings).toHaveLength(1);
  });
});

function two(): FakeOutgoing[] {
  return [new FakeOutgoing(), new FakeOutgoing()];
}
