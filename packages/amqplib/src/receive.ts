import { answerOf, type Instrumenter, overrideMethod } from '@waybill/core/adapter';
import type { AmqpChannel, GetAnswer } from './amqp-channel.ts';
import { findDestination } from './destination.ts';
import { AmqpIncomingMessage } from './incoming-message.ts';

/** Traces what is got message by message, and remembers each for `processMessage`. */
export function traceReceiving(channel: AmqpChannel, instrumenter: Instrumenter): void {
  overrideMethod(channel, 'get', (original) => (...args) => {
    const [queue] = args;
    if (instrumenter.isIdle || typeof queue !== 'string') return original.call(channel, ...args);
    const find = findDestination(queue, channel.connection);
    const from = find('', queue);
    const receive = instrumenter.openReceive<GetAnswer>({
      destination: from.name,
      queueKey: from.queueKey,
      messages: (message) => (message === false ? [] : [new AmqpIncomingMessage(find, message)]),
      describe(attributes) {
        from.describe(attributes);
        from.detail(attributes);
      },
    });
    return answerOf(channel, original, args, (failure, message) =>
      failure ? receive.failed(failure.error) : receive.succeeded(message as GetAnswer),
    );
  });
}
