import { answerOf, type DeliveryTracker, overrideMethod, type TrackedMessage } from '@waybill/core/adapter';
import type { Message, Options } from 'amqplib';
import type { AmqpChannel } from './amqp-channel.ts';
import { declaredQueue } from './declared-queues.ts';

/**
 * What was said of a message: that it is done, that its queue gets it back, that its queue is rid of it, or that it was sent somewhere else
 * instead.
 */
export type Settlement = 'ack' | 'requeue' | 'reject' | 'sent-on';

/** The deliveries of a channel that are to be settled, by their tags. */
export type Deliveries = DeliveryTracker<number, Settlement>;

/** The tag up to which there is every message. */
export const lastTag: number = Number.POSITIVE_INFINITY;

/** The methods of a channel that settle messages. Straight calls: a message that is settled without an SDK allocates nothing. */
const settling: Readonly<Record<string, (deliveries: Deliveries, ...args: never[]) => void>> = {
  ack: (deliveries, message: Message, allUpTo?: boolean) => settle(deliveries, message, allUpTo, 'ack'),
  ackAll: (deliveries) => deliveries.settleUpTo(lastTag, 'ack'),
  nack: (deliveries, message: Message, allUpTo?: boolean, requeue?: boolean) =>
    settle(deliveries, message, allUpTo, givenBack(requeue)),
  nackAll: (deliveries, requeue?: boolean) => deliveries.settleUpTo(lastTag, givenBack(requeue)),
  reject: (deliveries, message: Message, requeue?: boolean) =>
    settle(deliveries, message, false, givenBack(requeue)),
  recover: (deliveries) => deliveries.settleUpTo(lastTag, 'requeue'),
};

/** The names of all methods that {@link traceSettling} overrides. */
export const settlingMethods: readonly string[] = ['cancel', ...Object.keys(settling)];

/** Ends the processing of messages when they are settled: once amqplib has taken the call. */
export function traceSettling(channel: AmqpChannel, deliveries: Deliveries): void {
  const methods = channel as unknown as Record<string, (...args: never[]) => unknown>;
  for (const [method, settled] of Object.entries(settling)) {
    overrideMethod(methods, method, (original) => (...args) => {
      const returned: unknown = original.call(channel, ...args);
      settled(deliveries, ...args);
      return returned;
    });
  }
  overrideMethod(channel, 'cancel', (original) => (consumerTag, callback, ...rest) => {
    // The API with callbacks answers by nothing else; the one with promises takes no notice of it.
    const args = [consumerTag, callback || ignore, ...rest];
    return answerOf(channel, original, args, (failure) => {
      if (failure === undefined) deliveries.endOf(consumerTag);
    });
  });
}

/**
 * Tells what becomes of the messages of a consumer.
 *
 * @param queue what it reads.
 * @param options those that it consumes with.
 */
export function outcomesOf(
  queue: string,
  connection: object,
  options: Options.Consume | undefined,
): TrackedMessage<number, Settlement>['outcomeOf'] {
  // Of all queues only streams take it.
  const readsStream = options?.arguments?.['x-stream-offset'] !== undefined;
  return (settlement, failure) => {
    if (settlement === 'ack' || settlement === 'sent-on') return undefined;
    const { hasDeadLetters, isStream } = declaredQueue(connection, queue);
    if (settlement === 'reject') return hasDeadLetters ? 'dead-lettered' : 'failed';
    if (readsStream || isStream) return 'failed';
    return failure === undefined ? 'deferred' : 'retry';
  };
}

function settle(
  deliveries: Deliveries,
  { fields }: Message,
  allUpTo: boolean | undefined,
  settlement: Settlement,
): void {
  // AMQP 0-9-1, basic.ack: with `multiple`, zero is all that there are.
  if (allUpTo) deliveries.settleUpTo(fields.deliveryTag || lastTag, settlement);
  else deliveries.settle(fields.deliveryTag, settlement);
}

/** amqplib gives a message back to its queue unless it is told not to. */
function givenBack(requeue: boolean | undefined): Settlement {
  return requeue === undefined || requeue ? 'requeue' : 'reject';
}

function ignore(): void {}
