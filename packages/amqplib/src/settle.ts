import { isThenable, overrideMethod } from '@waybill/core/adapter';
import type { AmqpChannel } from './amqp-channel.ts';
import { onLost } from './on-lost.ts';
import type { OpenDeliveries } from './open-deliveries.ts';
import type { Settlement } from './unsettled-message.ts';

/** Ends the spans of messages when they are settled: once amqplib has taken the call. */
export function traceSettling(channel: AmqpChannel, deliveries: OpenDeliveries): void {
  const settle = (deliveryTag: number, allUpTo: boolean | undefined, settlement: Settlement): void => {
    // AMQP 0-9-1, basic.ack: zero is all that there are.
    if (allUpTo) deliveries.settleUpTo(deliveryTag || Number.POSITIVE_INFINITY, settlement);
    else deliveries.settle(deliveryTag, settlement);
  };

  overrideMethod(channel, 'ack', (original) => (...args) => {
    const returned = original.call(channel, ...args);
    settle(args[0].fields.deliveryTag, args[1], 'ack');
    return returned;
  });
  overrideMethod(channel, 'nack', (original) => (...args) => {
    const returned = original.call(channel, ...args);
    settle(args[0].fields.deliveryTag, args[1], unacknowledged(args[2]));
    return returned;
  });
  overrideMethod(channel, 'reject', (original) => (...args) => {
    const returned = original.call(channel, ...args);
    settle(args[0].fields.deliveryTag, false, unacknowledged(args[1]));
    return returned;
  });
  overrideMethod(channel, 'ackAll', (original) => (...args) => {
    const returned = original.call(channel, ...args);
    deliveries.settleUpTo(Number.POSITIVE_INFINITY, 'ack');
    return returned;
  });
  overrideMethod(channel, 'nackAll', (original) => (...args) => {
    const returned = original.call(channel, ...args);
    deliveries.settleUpTo(Number.POSITIVE_INFINITY, unacknowledged(args[0]));
    return returned;
  });
  overrideMethod(channel, 'recover', (original) => (...args) => {
    const returned = original.call(channel, ...args);
    deliveries.settleUpTo(Number.POSITIVE_INFINITY, 'requeue');
    return returned;
  });
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

/** amqplib gives a message back to its queue unless it is told not to. */
function unacknowledged(requeue: boolean | undefined): Settlement {
  return requeue === undefined || requeue ? 'requeue' : 'reject';
}
