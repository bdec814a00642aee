import { expect, it } from '@jest/globals';
import {
  type ContextManager,
  context,
  INVALID_SPAN_CONTEXT,
  ROOT_CONTEXT,
  type Span,
  type TextMapPropagator,
  trace,
} from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { TracerProvider } from '@opentelemetry/sdk-trace';
import {
  FakeOutgoing,
  type IncomingInit,
  incoming,
  publishing,
  traceparent,
  waybillHeader,
} from '../../test/fake-messages.ts';
import { processor, setUp, type TestBed, type TestBedSetup } from '../../test/test-bed.ts';
import type { WaybillOptions } from '../index.ts';
import type { SettleCall } from '../seam/calls.ts';
import type { Delivery } from '../seam/delivery.ts';
import type { MessageHeaders } from '../seam/headers.ts';
import type { IncomingMessage } from '../seam/incoming-message.ts';
import type { OutgoingMessage } from '../seam/outgoing-message.ts';

const fail = (): never => {
  throw new Error('broken');
};

const brokenMeter = {
  createHistogram: () => ({ record: fail }),
  createCounter: () => ({ add: fail }),
  createObservableGauge: () => ({}),
  addBatchObservableCallback: () => undefined,
};
const brokenMetrics = { meterProvider: { getMeter: () => brokenMeter as never } };
const untrusted: WaybillOptions = { policy: { trust: 'untrusted', baggage: { accept: ['a'] } } };
const failing = (message: IncomingInit, names: readonly (keyof IncomingMessage)[]) =>
  Object.defineProperties(
    incoming(message),
    Object.fromEntries(names.map((name) => [name, { get: fail, enumerable: true }])),
  );

/** What an adapter, an SDK or an application has to break for a step to fail, and what the step is called. */
const steps: readonly [
  step: string,
  act: (testBed: TestBed) => unknown,
  options?: WaybillOptions,
  setup?: TestBedSetup,
][] = [
  ['Asking a propagator for its fields failed', send, { propagator: propagatorWith({ fields: fail }) }],
  [
    'Asking a span whether it records failed',
    (testBed) => handle(testBed, { messages: [incoming()], outcomeOf: () => 'failed' }),
    spansThat('isRecording', 1),
  ],
  ['Capturing a context failed', (testBed) => testBed.instrumenter.capture(outgoingWithoutDestination())],
  [
    'Clearing old headers failed',
    (testBed) => testBed.instrumenter.publish(publishing([outgoingWith({ delete: fail })])),
  ],
  ['Counting messaging.client.sent.messages failed', (testBed) => sendTimes(testBed, 1_001), brokenMetrics],
  [
    'Counting waybill.carrier.rejected failed',
    (testBed) => handle(testBed, { messages: [incoming({ headers: { waybill: 'no' } })] }),
    brokenMetrics,
  ],
  ['Describing a delivery failed', (testBed) => handle(testBed), spansThat('setAttribute', 2)],
  [
    'Describing a delivery failed',
    (testBed) => handle(testBed, { batch: true }),
    spansThat('setAttribute', 2),
  ],
  ['Describing a message failed', (testBed) => handle(testBed, { messages: [incoming({ describe: fail })] })],
  ['Describing a message failed', (testBed) => handle(testBed, { messages: [incoming({ detail: fail })] })],
  [
    'Distrusting a message failed',
    (testBed) => handle(testBed, { messages: [incoming({ distrust: fail })] }),
    untrusted,
  ],
  ['Ending a delivery failed', (testBed) => handle(testBed), {}, operationThatGoes('process', 2)],
  ['Ending a send failed', send, {}, operationThatGoes('send', 1)],
  ['Ending a settlement failed', (testBed) => settle(testBed, goes('operation', 1))],
  ['Ending a span failed', send, {}, { processors: [processor({ onEnd: fail })] }],
  [
    'Extracting a context failed',
    (testBed) => handle(testBed),
    { propagator: propagatorWith({ extract: fail }) },
  ],
  ['Injecting a context failed', send, { propagator: propagatorWith({ inject: fail }) }],
  ['Making metric instruments failed', send, { meterProvider: { getMeter: fail } }],
  [
    'Noting what happened to a message failed',
    (testBed) =>
      testBed.instrumenter.publish(
        publishing([new FakeOutgoing()], {
          completes: 'callback',
          invoke: async (done, note) => {
            note(0, 'returned', {});
            done();
            return 'sent';
          },
        }),
      ),
    spansThat('addEvent', 0),
  ],
  ['Reading a baggage failed', (testBed) => handle(testBed, { messages: [withoutBaggage()] }), untrusted],
  [
    'Reading a baggage failed',
    (testBed) => handle(testBed, { messages: [withoutBaggage()], batch: true }),
    untrusted,
  ],
  ['Reading a carrier failed', (testBed) => handle(testBed, { messages: [failing({}, ['carrierFault'])] })],
  [
    'Reading a context failed',
    (testBed) => receive(testBed, [incoming({ read: { get: fail } })]),
    { receiveSpans: 'always' },
  ],
  [
    'Reading an error failed',
    (testBed) =>
      rejected(handle(testBed, {}, () => Promise.reject(Object.defineProperty({}, 'stack', { get: fail })))),
  ],
  ['Reading the active context failed', send, {}, { contextManager: managerWith({ active: fail }) }],
  ['Reading the clock failed', send, { clock: fail }],
  [
    'Reading the context of a span failed',
    (testBed) => context.with(trace.setSpan(context.active(), unreadableSpan()), () => receive(testBed, [])),
  ],
  [
    'Reading the headers of a message to be sent failed',
    (testBed) => testBed.instrumenter.publish(publishing([outgoingWith({ get: fail })])),
  ],
  [
    'Reading the name of an error failed',
    (testBed) =>
      rejected(handle(testBed, {}, () => Promise.reject(Object.defineProperty({}, 'name', { get: fail })))),
  ],
  [
    'Reading the outcome of a send failed',
    (testBed) => testBed.instrumenter.publish(publishing([new FakeOutgoing()], { outcome: fail })),
  ],
  ['Reading the outcome of a settlement failed', (testBed) => settle(testBed, { failures: fail })],
  [
    'Reading the waybill header failed',
    (testBed) => handle(testBed, { messages: [incoming({ read: { get: fail } })] }),
  ],
  [
    'Recording a rejection failed',
    (testBed) => handle(testBed, { outcomeOf: () => 'failed' }),
    spansThat('setStatus', 0),
  ],
  [
    'Recording an error failed',
    (testBed) => rejected(handle(testBed, {}, () => Promise.reject(0))),
    spansThat('setStatus', 0),
  ],
  [
    'Recording an outcome failed',
    (testBed) => handle(testBed, { outcomeOf: () => 'retry' }),
    spansThat('setAttribute', 4),
  ],
  ['Recording messaging.client.operation.duration failed', send, brokenMetrics],
  ['Recording messaging.process.duration failed', (testBed) => handle(testBed), brokenMetrics],
  [
    'Recording waybill.message.age failed',
    (testBed) => handle(testBed, { messages: [incoming({ sentAt: Date.now() })] }),
    brokenMetrics,
  ],
  ['Setting a context failed', send, {}, { contextManager: managerWith({ with: fail }) }],
  ['Starting a span failed', send, { tracerProvider: { getTracer: fail } }],
  ['Telling an outcome failed', (testBed) => handle(testBed, { outcomeOf: fail })],
  ['Tracing a delivery failed', (testBed) => handle(testBed, { batch: true, describe: fail })],
  ['Tracing a receive failed', (testBed) => receive(testBed, fail as never)],
  [
    'Tracing a send failed',
    (testBed) => testBed.instrumenter.publish(publishing([outgoingWithoutDestination()])),
  ],
  ['Tracing a settlement failed', (testBed) => settle(testBed, { describe: fail })],
];

it.each(steps)('a report names the step that failed: %s', async (step, act, options = {}, setup = {}) => {
  const testBed = setUp(options, setup);

  // The 1st, 2nd, 4th, 8th … time is reported, of all tests here together.
  const isReported = (): boolean =>
    testBed.warnings.some((warning) =>
      warning.startsWith(`@waybill/core ${step}; messages are not affected`),
    );
  for (let times = 0; times < 200 && !isReported(); times++) await act(testBed);

  expect(testBed.warnings.map((warning) => warning.replace(/ \(\d+ times\)/, ''))).toContain(
    `@waybill/core ${step}; messages are not affected [WAYBILL_TELEMETRY_FAILED] Error: broken`,
  );
});

function send(testBed: TestBed): Promise<string> {
  return testBed.instrumenter.publish(publishing([new FakeOutgoing()]));
}

async function sendTimes(testBed: TestBed, times: number): Promise<void> {
  for (let time = 0; time < times; time++) await send(testBed);
}

function handle(
  testBed: TestBed,
  delivery: Partial<Delivery> = {},
  handler: () => unknown = () => undefined,
): unknown {
  const headers = { traceparent: traceparent(), waybill: waybillHeader(Date.now()) };
  return testBed.instrumenter.process(
    { messages: [incoming({ headers })], batch: false, ...delivery },
    handler,
  );
}

async function rejected(given: unknown): Promise<void> {
  await Promise.resolve(given).catch(() => undefined);
}

function receive(testBed: TestBed, messages: IncomingMessage[]): Promise<string> {
  const invoke = async (): Promise<string> => 'answer';
  const given = typeof messages === 'function' ? messages : () => messages;
  return testBed.instrumenter.receive({ destination: 'orders', queueKey: 'orders', invoke, messages: given });
}

function settle(testBed: TestBed, call: Partial<SettleCall<string>>): string {
  const ack = {
    operation: 'ack',
    destination: 'orders',
    queueKey: 'orders',
    receipts: ['r-1'],
    batch: false,
  };
  const given = Object.getOwnPropertyDescriptors(call);
  return testBed.instrumenter.settle(Object.defineProperties({ ...ack, invoke: () => 'settled' }, given));
}

/** An SDK with spans of which a method works only the first times. */
function spansThat(method: keyof Span, working: number): WaybillOptions {
  const tracer = new TracerProvider().getTracer('');
  return {
    tracerProvider: {
      getTracer: () => ({
        startActiveSpan: fail,
        startSpan(...start) {
          const span = tracer.startSpan(...start);
          const original = span[method].bind(span) as (...args: unknown[]) => unknown;
          let calls = 0;
          return Object.assign(span, {
            [method]: (...args: unknown[]) => (calls++ < working ? original(...args) : fail()),
          });
        },
      }),
    },
  };
}

function unreadableSpan(): Span {
  return Object.assign(trace.wrapSpanContext(INVALID_SPAN_CONTEXT), { spanContext: fail });
}

function managerWith(methods: Partial<ContextManager>): ContextManager {
  return Object.assign(new AsyncLocalStorageContextManager(), methods);
}

function propagatorWith(methods: Partial<TextMapPropagator>): TextMapPropagator {
  return { inject: () => undefined, extract: () => ROOT_CONTEXT, fields: () => ['b3'], ...methods };
}

function withoutBaggage(): IncomingMessage {
  return incoming({ read: { get: (name) => (name === 'baggage' ? fail() : undefined) } });
}

/** An object with a text that can be read only the first times. */
function goes(name: string, times: number): object {
  let reads = 0;
  return Object.defineProperty({}, name, {
    get: () => (reads++ < times ? name : fail()),
    enumerable: true,
    configurable: true,
  });
}

/** An adapter with a name of an operation that can be read only the first times. */
function operationThatGoes(name: string, times: number): TestBedSetup {
  const others = { send: 'send', receive: 'receive', process: 'process' };
  const operations = Object.defineProperties(others, Object.getOwnPropertyDescriptors(goes(name, times)));
  return { adapter: { operations } };
}

function outgoingWithoutDestination(): FakeOutgoing {
  return Object.defineProperty(new FakeOutgoing(), 'destination', { get: fail });
}

/** A message with headers of which a method fails. */
function outgoingWith(methods: Partial<MessageHeaders>): OutgoingMessage {
  const message = new FakeOutgoing({ headers: { traceparent: 'no' } });
  return Object.assign(message, { headers: { ...message.headers, ...methods } });
}
