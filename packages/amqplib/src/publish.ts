import {
  attribute,
  event,
  type Instrumenter,
  overrideMethod,
  type PublishTracker,
} from '@waybill/core/adapter';
import type { Message } from 'amqplib';
import type { AmqpChannel } from './amqp-channel.ts';
import { withoutInnerInstrumentation } from './bypass-inner-instrumentation.ts';
import { type FindDestination, findDestination } from './destination.ts';
import { AmqpOutgoingMessage } from './outgoing-message.ts';

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
    return (...args) => {
      const outgoing = instrumenter.isIdle ? undefined : outgoingMessage(find, args);
      if (outgoing === undefined) return original.call(channel, ...args);
      const [exchange, routingKey, content, options, ...more] = args;
      return instrumenter.publish({
        messages: [outgoing],
        batch: false,
        completes: confirms ? 'callback' : 'sync',
        invoke(done, note) {
          if (!confirms) return bare.call(channel, exchange, routingKey, content, outgoing.copy, ...more);
          const [callback, ...others] = more;
          const key = options?.mandatory ? sentKey(exchange, routingKey, outgoing) : undefined;
          if (key !== undefined && !hearsReturns) {
            hearsReturns = true;
            noteReturns(channel, publishes);
          }
          const confirmed = publishes.open(done, callback, note, key);
          try {
            return bare.call(channel, exchange, routingKey, content, outgoing.copy, confirmed, ...others);
          } catch (error) {
            publishes.end(done, error);
            throw error;
          }
        },
      });
    };
  });
}

/** Notes messages that a broker gives back as it cannot route them, which it does before it confirms them. */
function noteReturns(channel: AmqpChannel, publishes: PublishTracker<string>): void {
  channel.on('return', (message) => {
    const { fields, properties } = message as Message;
    const { exchange, routingKey, replyText } = fields as Message['fields'] & { readonly replyText?: string };
    publishes.note(keyOf(exchange, routingKey, properties.headers?.waybill), event.returned, {
      [attribute.returnReason]: String(replyText),
    });
  });
}

/** What a message is known by when it comes back; `undefined` where headers cannot be read, or ours was not written. */
function sentKey(exchange: string, routingKey: string, { headers }: AmqpOutgoingMessage): string | undefined {
  try {
    const waybill = headers.get('waybill');
    return waybill === undefined ? undefined : keyOf(exchange, routingKey, waybill);
  } catch {
    return undefined;
  }
}

function keyOf(exchange: string, routingKey: string, waybill: unknown): string {
  return `${exchange} ${routingKey} ${String(waybill)}`;
}

function outgoingMessage(
  find: FindDestination,
  [exchange, routingKey, content, options, callback]: Parameters<AmqpChannel['publish']>,
): AmqpOutgoingMessage | undefined {
  if (typeof exchange !== 'string' || typeof routingKey !== 'string') return undefined;
  if (options !== undefined && typeof options !== 'object') return undefined;
  if (callback && typeof callback !== 'function') return undefined;
  const headers: unknown = options?.headers ?? undefined;
  if (headers !== undefined && typeof headers !== 'object') return undefined;
  return new AmqpOutgoingMessage(find(exchange, routingKey), content, options ?? undefined);
}
