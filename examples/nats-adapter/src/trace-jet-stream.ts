import type { Consumer, ConsumerInfo, ConsumerMessages, JetStreamClient, JsMsg } from '@nats-io/jetstream';
import type { HandlingOutcome, IncomingMessage, Instrumenter, Waybill } from '@waybill/core/adapter';
import {
  attribute,
  DeliveryTracker,
  overrideMethod,
  traceInner,
  traceIterator,
  traceOnce,
} from '@waybill/core/adapter';
import manifest from '../package.json' with { type: 'json' };
import { NatsHeaders } from './nats-headers.ts';

const { name, version } = manifest;
const operations = { send: 'publish', receive: 'next', process: 'process' };
const adapterInfo = { name, version, system: 'nats', operations };

/** Where a message goes or comes from. The first token of a subject has few values; those that follow may be ids. */
const place = (subject: string) => ({ destination: subject, queueKey: subject.split('.', 1)[0] ?? subject });

/** All but the headers is from the subject that the message is acknowledged by, which the server writes. */
function incoming(native: JsMsg): IncomingMessage {
  const { stream, consumer, streamSequence, deliverySequence, deliveryCount } = native.info;
  return {
    ...place(native.subject),
    native,
    headers: new NatsHeaders(native.headers),
    id: `${stream}:${streamSequence}`,
    identity: `${consumer}:${stream}:${streamSequence}`,
    receipt: `${consumer}:${stream}:${deliverySequence}`,
    sentAt: native.time.getTime(),
    sentAtSource: 'timestamp',
    attempt: deliveryCount,
    describe(attributes) {
      attributes[attribute.consumerGroupName] = consumer;
      attributes['nats.stream'] = stream;
    },
  };
}

type Settlement = 'ack' | 'nak' | 'term';

/** After its last delivery the server keeps a message and never delivers it again. */
function outcome(how: Settlement, failed: boolean, isLast: boolean): HandlingOutcome | undefined {
  if (how === 'nak' && !isLast) return failed ? 'retry' : 'deferred';
  return failed || how !== 'ack' ? 'failed' : undefined;
}

/** `ackAck` is the only settlement that waits for the server, and so the only one with a span. */
function traceAckAck(native: JsMsg, { receipt }: IncomingMessage, instrumenter: Instrumenter): void {
  overrideMethod(native, 'ackAck', (original) => (options) => {
    const call = { operation: 'ackAck', ...place(native.subject), receipts: [receipt], batch: false };
    return instrumenter.settle({ ...call, invoke: () => original.call(native, options) });
  });
}

/** The iterators of `consume()`, `fetch()` and `next()`: every message is remembered, for `processMessage`. */
function traceMessages(messages: ConsumerMessages, source: string, instrumenter: Instrumenter) {
  const received = (native: JsMsg): IncomingMessage[] => {
    const message = incoming(native);
    traceAckAck(native, message, instrumenter);
    return [message];
  };
  return traceIterator(messages, instrumenter, { ...place(source), messages: received });
}

function traceConsumer(consumer: Consumer, info: ConsumerInfo, instrumenter: Instrumenter): void {
  const { ack_policy, max_deliver, filter_subject = info.stream_name } = info.config;
  const traced = (messages: ConsumerMessages) => traceMessages(messages, filter_subject, instrumenter);
  overrideMethod(consumer, 'fetch', (fetch) => (options) => fetch.call(consumer, options).then(traced));
  overrideMethod(consumer, 'consume', (original) => (options) => {
    if (typeof options?.callback !== 'function') return original.call(consumer, options).then(traced);
    const handler = options.callback;
    const endOn = ack_policy === 'none' ? 'handler' : 'auto';
    const tracker = new DeliveryTracker<number, Settlement>(instrumenter, endOn);
    const callback = function (this: unknown, native: JsMsg) {
      if (instrumenter.isIdle) return handler.call(this, native);
      const message = incoming(native);
      const key = native.info.deliverySequence;
      traceAckAck(native, message, instrumenter);
      for (const how of ['ack', 'nak', 'term', 'ackAck'] as const) {
        overrideMethod(native, how, (settle) => (argument?: never) => {
          const answer = settle.call(native, argument);
          tracker.settle(key, how === 'ackAck' ? 'ack' : how);
          return answer;
        });
      }
      const isLast = message.attempt === max_deliver;
      const outcomeOf = (how: Settlement, failure?: object) => outcome(how, failure !== undefined, isLast);
      return tracker.run({ message, key, consumer, outcomeOf }, () => handler.call(this, native));
    };
    return original.call(consumer, { ...options, callback }).then((messages) => {
      messages.closed().then(() => tracker.endAll());
      return messages;
    });
  });
}

function tracePublish(js: JetStreamClient, instrumenter: Instrumenter, maxPayload: number): void {
  overrideMethod(js, 'publish', (original, bare) => (subject, payload, options) => {
    const isBad = typeof subject !== 'string';
    if (isBad || instrumenter.isIdle) return original.call(js, subject, payload, options);
    const size = typeof payload === 'string' ? Buffer.byteLength(payload) : (payload?.length ?? 0);
    // The client writes headers after us: `Nats-Msg-Id`, what is expected of the stream.
    const headers = new NatsHeaders(options?.headers, maxPayload - size - 1024);
    return instrumenter.publish({
      messages: [{ ...place(subject), native: { subject, payload, options }, headers }],
      batch: false,
      completes: 'promise',
      invoke: () => bare.call(js, subject, payload, { ...options, ...headers.changes }),
      outcome: ({ stream, seq }, each) => each(0, `${stream}:${seq}`),
    });
  });
}

/**
 * Traces a JetStream client: what it publishes, and the consumers that its `consumers.get()` gives.
 *
 * @param maxPayload the most bytes of a message: `connection.info.max_payload`. Default 1 MiB, that of NATS.
 * @returns the same client.
 * @throws WaybillError `WAYBILL_WRONG_CLIENT` if it is not a client, `WAYBILL_NOT_A_WAYBILL` if there is no Waybill.
 *
 * @example
 * const js = traceJetStream(jetstream(connection), createWaybill());
 */
export function traceJetStream<J extends JetStreamClient>(js: J, waybill: Waybill, maxPayload = 1048576): J {
  const methods = ['publish', 'consumers.get'];
  const traceable = { by: 'traceJetStream', wanted: 'a JetStream client', from: 'jetstream()', methods };
  return traceOnce(js, waybill, adapterInfo, traceable, (instrumenter) => {
    tracePublish(js, instrumenter, maxPayload);
    overrideMethod(js.consumers, 'get', (original) => async (stream, options) => {
      const consumer = await original.call(js.consumers, stream, options);
      const info = await consumer.info(true);
      return traceInner(consumer, waybill, adapterInfo, () => traceConsumer(consumer, info, instrumenter));
    });
  });
}
