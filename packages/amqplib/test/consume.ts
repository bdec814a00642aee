import type { Channel, ConsumeMessage, Options } from 'amqplib';

type Handler = (message: ConsumeMessage) => unknown;

/** Consumes until one message was handled. */
export function consumeOne(
  channel: Channel,
  queue: string,
  handler: Handler,
  options: Options.Consume = {},
): Promise<void> {
  return consume(channel, queue, 1, handler, options);
}

/** Consumes until so many messages were handed to a handler, and it returned. */
export async function consume(
  channel: Channel,
  queue: string,
  count: number,
  handler: Handler,
  options: Options.Consume = {},
): Promise<void> {
  let handled = 0;
  await new Promise<void>((resolve, reject) => {
    const onMessage = (message: ConsumeMessage | null): unknown => {
      if (message === null) return undefined;
      handled += 1;
      if (handled === count) setImmediate(resolve);
      return handler(message);
    };
    channel.consume(queue, onMessage, options).catch(reject);
  });
}
