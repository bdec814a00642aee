import { type DeliveryTracker, isThenable, overrideMethod } from '@waybill/core/adapter';
import type { Message } from 'amqplib';
import type { AmqpChannel } from './amqp-channel.ts';
import type { Settlement } from './consumed-message.ts';
import { onLost } from './on-lost.ts';

/** What a call settles: messages up to a tag, or the one with it, and how. */
interface Settling {
  /** `Infinity` for all that there are. */
  readonly tag: number;
  readonly upTo: boolean;
  readonly settlement: Settlement;
}

/** The methods of a channel that settle messages, and what their arguments say. */
const settling: Readonly<Record<string, (...args: never[]) => Settling>> = {
  ack: (message: Message, allUpTo?: boolean) => settlingOf(message, allUpTo, 'ack'),
  nack: (message: Message, allUpTo?: boolean, requeue?: boolean) =>
    settlingOf(message, allUpTo, unacknowledged(requeue)),
  reject: (message: Message, requeue?: boolean) => settlingOf(message, false, unacknowledged(requeue)),
  ackAll: () => all('ack'),
  nackAll: (requeue?: boolean) => all(unacknowledged(requeue)),
  recover: () => all('requeue'),
};

/** Ends the processing of messages when they are settled: once amqplib has taken the call. */
export function traceSettling(channel: AmqpChannel, deliveries: DeliveryTracker<number, Settlement>): void {
  const methods = channel as unknown as Record<string, (...args: never[]) => unknown>;
  for (const [method, settledBy] of Object.entries(settling)) {
    overrideMethod(methods, method, (original) => (...args) => {
      const returned: unknown = original.call(channel, ...args);
      const { tag, upTo, settlement } = settledBy(...args);
      if (upTo) deliveries.settleUpTo(tag, settlement);
      else deliveries.settle(tag, settlement);
      return returned;
    });
  }

  overrideMethod(channel, 'cancel', (original) => (consumerTag, callback, ...rest) => {
    if (callback && typeof callback !== 'function')
      return original.call(channel, consumerTag, callback, ...rest);
    // The API with promises takes no notice of it.
    const answered = (...answer: unknown[]): void => {
      deliveries.endOf(consumerTag);
      callback?.(...answer);
    };
    const returned = original.call(channel, consumerTag, answered, ...rest);
    if (!isThenable(returned)) return returned;
    return returned.then((reply) => {
      deliveries.endOf(consumerTag);
      return reply;
    });
  });
  onLost(channel, () => deliveries.endAll());
}

function settlingOf({ fields }: Message, allUpTo: boolean | undefined, settlement: Settlement): Settling {
  // AMQP 0-9-1, basic.ack: with `multiple`, zero is all that there are.
  const tag = allUpTo ? fields.deliveryTag || Number.POSITIVE_INFINITY : fields.deliveryTag;
  return { tag, upTo: Boolean(allUpTo), settlement };
}

function all(settlement: Settlement): Settling {
  return { tag: Number.POSITIVE_INFINITY, upTo: true, settlement };
}

/** amqplib gives a message back to its queue unless it is told not to. */
function unacknowledged(requeue: boolean | undefined): Settlement {
  return requeue === undefined || requeue ? 'requeue' : 'reject';
}
