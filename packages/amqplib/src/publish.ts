import { createContextKey, ROOT_CONTEXT } from '@opentelemetry/api';
import {
  activeContext,
  attribute,
  event,
  type Instrumenter,
  overrideMethod,
  type PublishNote,
  type PublishTracker,
  runIn,
} from '@waybill/core/adapter';
import type { Message, MessagePropertyHeaders, Options } from 'amqplib';
import type { AmqpChannel } from './amqp-channel.ts';
import { findDestination } from './destination.ts';
import { AmqpOutgoingMessage } from './outgoing-message.ts';

/**
 * Among the options of a publish: it is traced where the application made it, by what queues it before amqplib gets it. This takes notes of
 * the message. A string, as such a client copies the options, also deep, and amqplib looks at no option that it does not know.
 */
const noteOption = 'waybill.note';

type Publish = AmqpChannel['publish'] & CallableFunction;

/** Options by which a traced channel knows that a publish is traced already. */
export function asTraced(options: Options.Publish | undefined, note: PublishNote): Options.Publish {
  return { ...options, [noteOption]: note } as Options.Publish;
}

/**
 * Traces what a channel publishes, also by `sendToQueue`, which calls `publish`. Input that amqplib will refuse is left for it
 * to refuse.
 *
 * @param publishes waits for the confirms, where the channel has them.
 */
export function tracePublishing(
  channel: AmqpChannel,
  instrumenter: Instrumenter,
  publishes: PublishTracker<string>,
): void {
  const confirms = 'waitForConfirms' in channel;
  const find = findDestination(undefined, channel.connection);
  let hearsReturns = false;
  overrideMethod(channel, 'publish', (original, bareOuter) => {
    const bare = bareOuter === original ? original : withoutInnerInstrumentation(channel, bareOuter);
    const send = (
      [exchange, routingKey, content, , ...more]: Parameters<Publish>,
      written: Options.Publish | undefined,
      done: (error?: unknown) => void,
      note: PublishNote,
    ): boolean => {
      if (!confirms) return bare.call(channel, exchange, routingKey, content, written, ...more);
      const [callback, ...others] = more;
      const key = written?.mandatory ? keyOf(exchange, routingKey, written.headers) : undefined;
      if (key !== undefined && !hearsReturns) {
        hearsReturns = true;
        noteReturns(channel, publishes);
      }
      const confirmed = publishes.open(done, callback, note, key);
      try {
        return bare.call(channel, exchange, routingKey, content, written, confirmed, ...others);
      } catch (error) {
        publishes.end(done, error);
        throw error;
      }
    };
    return (...args) => {
      const options = args[3];
      const note: unknown = (options as Readonly<Record<string, unknown>> | null | undefined)?.[noteOption];
      if (typeof note === 'function') return send(args, options, () => undefined, note as PublishNote);
      if (instrumenter.isIdle) return original.call(channel, ...args);
      const [exchange, routingKey, content, , callback] = args;
      if (!isSendable(exchange, routingKey, options, callback)) return original.call(channel, ...args);
      const outgoing = new AmqpOutgoingMessage(find(exchange, routingKey), content, options ?? undefined);
      const publish = (): boolean =>
        instrumenter.publish({
          messages: [outgoing],
          batch: false,
          completes: confirms ? 'callback' : 'sync',
          invoke: (done, note) => send(args, outgoing.copy, done, note),
        });
      // Rascal numbers its channels.
      if (!('_rascal_id' in channel)) return publish();
      // What rascal sends on by itself keeps the context that it has.
      const { headers } = outgoing;
      if (instrumenter.headerNames.some((name) => headers.get(name) !== undefined)) {
        return bare.call(channel, ...args);
      }
      instrumenter.warn(
        'WAYBILL_CHANNEL_POOL',
        'Rascal publishes through a pool of channels, in the context of whatever waited for a channel. Its messages are sent without trace and baggage, which may be those of another request. Trace the broker: traceRascalBroker(broker, waybill) of @waybill/amqplib.',
      );
      return runIn(ROOT_CONTEXT, publish);
    };
  });
}

/** Notes messages that a broker gives back as it cannot route them, which it does before it confirms them. */
function noteReturns(channel: AmqpChannel, publishes: PublishTracker<string>): void {
  channel.on('return', (message) => {
    const { fields, properties } = message as Message;
    const { exchange, routingKey, replyText } = fields as Message['fields'] & { readonly replyText?: string };
    const key = keyOf(exchange, routingKey, properties.headers);
    if (key) publishes.note(key, event.returned, { [attribute.returnReason]: String(replyText) });
  });
}

/** What a message is known by when it comes back; `undefined` where headers cannot be read, or ours was not written. */
function keyOf(exchange: string, routingKey: string, headers?: MessagePropertyHeaders): string | undefined {
  try {
    const waybill: unknown = headers?.waybill;
    return waybill === undefined ? undefined : `${exchange} ${routingKey} ${String(waybill)}`;
  } catch {
    return undefined;
  }
}

/** By this the automatic instrumentation of amqplib knows that it has a span for a publish already. */
const hasSpan = createContextKey('opentelemetry.amqplib.channel.is-confirm-channel');

/**
 * Keeps the automatic instrumentation from tracing what a channel with confirms publishes by the method of channels without,
 * which it has wrapped as well.
 *
 * @param publish the channel's own method.
 */
function withoutInnerInstrumentation(channel: AmqpChannel, publish: Publish): Publish {
  const inner = Object.getPrototypeOf(Object.getPrototypeOf(channel)) as Partial<AmqpChannel> | null;
  const innerPublish = inner?.publish as { readonly __wrapped?: unknown } | undefined;
  if (innerPublish?.__wrapped !== true) return publish;
  return (...args) => runIn(activeContext().setValue(hasSpan, true), () => publish.call(channel, ...args));
}

/** Whether a publish has what amqplib takes. It refuses anything else. */
export function isSendable(exchange: unknown, key: unknown, options: unknown, callback?: unknown): boolean {
  if (typeof exchange !== 'string' || typeof key !== 'string') return false;
  if (callback && typeof callback !== 'function') return false;
  if (options !== undefined && typeof options !== 'object') return false;
  const headers: unknown = (options as Options.Publish | null | undefined)?.headers ?? undefined;
  return headers === undefined || typeof headers === 'object';
}
