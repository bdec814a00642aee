import { type Instrumenter, isThenable, type OpenReceive, overrideMethod } from '@waybill/core/adapter';
import type { AmqpChannel, GetAnswer } from './amqp-channel.ts';
import { Destination } from './destination.ts';
import { MessageSource } from './message-source.ts';

/** Traces what is got message by message, and remembers each for `processMessage`. */
export function traceReceiving(channel: AmqpChannel, instrumenter: Instrumenter): void {
  overrideMethod(channel, 'get', (original) => (...args) => {
    const [queue, options, callback, ...rest] = args;
    if (instrumenter.isIdle || typeof queue !== 'string') return original.call(channel, ...args);
    const asked = openGet(channel, instrumenter, queue);
    const answered = (...answer: unknown[]): void => {
      const [error, message] = answer as [unknown, GetAnswer];
      if (error) asked.failed(error);
      else asked.succeeded(message);
      callback?.(...answer);
    };
    try {
      if (typeof callback === 'function') return original.call(channel, queue, options, answered, ...rest);
      const returned = original.call(channel, ...args);
      return isThenable(returned) ? whenAnswered(returned as Promise<GetAnswer>, asked) : returned;
    } catch (error) {
      asked.failed(error);
      throw error;
    }
  });
}

function openGet(channel: AmqpChannel, instrumenter: Instrumenter, queue: string): OpenReceive<GetAnswer> {
  const source = new MessageSource(queue, channel.connection, instrumenter.report);
  const from = new Destination('', queue, queue, channel.connection);
  return instrumenter.openReceive<GetAnswer>({
    destination: from.name,
    queueKey: from.queueKey,
    messages: (message) => (message === false ? [] : [source.incoming(message)]),
    describe: (attributes) => from.describe(attributes),
  });
}

function whenAnswered(answer: Promise<GetAnswer>, asked: OpenReceive<GetAnswer>): Promise<GetAnswer> {
  return answer.then(
    (message) => {
      asked.succeeded(message);
      return message;
    },
    (error: unknown) => {
      asked.failed(error);
      throw error;
    },
  );
}
