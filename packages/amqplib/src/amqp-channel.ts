import type { GetMessage, Message, Options } from 'amqplib';

/** What is overridden of a channel: that of both APIs, with confirms and without. */
export interface AmqpChannel {
  /** The connection that the channel is on, the same object for all of its channels. */
  readonly connection: object;

  publish(
    exchange: string,
    routingKey: string,
    content: Buffer,
    options?: Options.Publish,
    callback?: (...confirmed: unknown[]) => void,
  ): boolean;

  consume(
    queue: string,
    onMessage: (message: Message | null) => void,
    options?: Options.Consume,
    callback?: (...consuming: unknown[]) => void,
  ): unknown;

  get(
    queue: string,
    options?: Options.Get,
    callback?: (...got: unknown[]) => void,
    ...rest: unknown[]
  ): unknown;
  assertQueue(
    queue?: string,
    options?: Options.AssertQueue,
    callback?: (...asserted: unknown[]) => void,
    ...rest: unknown[]
  ): unknown;
  cancel(consumerTag: string, callback?: (...cancelled: unknown[]) => void, ...rest: unknown[]): unknown;
  ack(message: Message, allUpTo?: boolean): void;
  ackAll(): void;
  nack(message: Message, allUpTo?: boolean, requeue?: boolean): void;
  nackAll(requeue?: boolean): void;
  reject(message: Message, requeue?: boolean): void;
  recover(callback?: (...recovered: unknown[]) => void): unknown;
  on(event: string, listener: (...about: unknown[]) => void): unknown;
  prependListener(event: string, listener: (...about: unknown[]) => void): unknown;
}

/** What a call to {@link AmqpChannel.get} answers. */
export type GetAnswer = GetMessage | false;
