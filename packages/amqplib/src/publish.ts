import { type Instrumenter, overrideMethod } from '@waybill/core/adapter';
import type { AmqpChannel } from './amqp-channel.ts';
import { withoutInnerInstrumentation } from './bypass-inner-instrumentation.ts';
import { Destinations } from './destinations.ts';
import { AmqpOutgoingMessage } from './outgoing-message.ts';
import { ReturnedMessages } from './returned-messages.ts';
import { UnconfirmedPublishes } from './unconfirmed-publishes.ts';

type Publish = AmqpChannel['publish'];

/**
 * Traces what a channel publishes, also by `sendToQueue`, which calls `publish`. Input that amqplib will refuse is left for it
 * to refuse.
 */
export function tracePublishing(channel: AmqpChannel, instrumenter: Instrumenter): void {
  const confirms = 'waitForConfirms' in channel;
  const returned = new ReturnedMessages(channel);
  const unconfirmed = new UnconfirmedPublishes(channel);
  const destinations = new Destinations(undefined, channel.connection, instrumenter.report);
  overrideMethod(channel, 'publish', (original, bareOuter) => {
    const bare = bareOuter === original ? original : withoutInnerInstrumentation(channel, bareOuter);
    return (...args) => {
      const outgoing = instrumenter.isIdle ? undefined : outgoingMessage(channel, args, destinations);
      if (outgoing === undefined) return original.call(channel, ...args);
      const [exchange, routingKey, content, options, ...more] = args;
      if (!confirms) {
        return instrumenter.publish({
          messages: [outgoing],
          batch: false,
          completes: 'sync',
          invoke: () => bare.call(channel, exchange, routingKey, content, outgoing.copy, ...more),
        });
      }
      return instrumenter.publish({
        messages: [outgoing],
        batch: false,
        completes: 'callback',
        invoke(done, note) {
          const [callback, ...others] = more;
          const mark = options?.mandatory ? markOf(outgoing) : undefined;
          const forget = mark === undefined ? undefined : returned.expect(exchange, routingKey, mark, note);
          const confirmed = (...answer: unknown[]): void => {
            unconfirmed.end(done, answer[0]);
            if (callback) callback(...answer);
          };
          unconfirmed.add(done, forget);
          try {
            return bare.call(channel, exchange, routingKey, content, outgoing.copy, confirmed, ...others);
          } catch (error) {
            unconfirmed.end(done, error);
            throw error;
          }
        },
      });
    };
  });
}

/** Our header, by which a message is known when it comes back; `undefined` where headers cannot be read, so none was written. */
function markOf(message: AmqpOutgoingMessage): string | undefined {
  try {
    const mark = message.headers.get('waybill');
    return mark === undefined ? undefined : String(mark);
  } catch {
    return undefined;
  }
}

function outgoingMessage(
  channel: AmqpChannel,
  [exchange, routingKey, content, options, callback]: Parameters<Publish>,
  destinations: Destinations,
): AmqpOutgoingMessage | undefined {
  if (typeof exchange !== 'string' || typeof routingKey !== 'string') return undefined;
  if (options !== undefined && typeof options !== 'object') return undefined;
  if (callback && typeof callback !== 'function') return undefined;
  const headers: unknown = options?.headers ?? undefined;
  if (headers !== undefined && typeof headers !== 'object') return undefined;
  const destination = destinations.of(exchange, routingKey);
  return new AmqpOutgoingMessage(destination, content, options ?? undefined, channel.connection);
}
