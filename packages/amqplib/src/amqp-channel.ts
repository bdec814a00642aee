import type { Channel, GetMessage, Message, Options } from 'amqplib';

/** What a call is answered by in the API with callbacks. */
type Callback = (...answer: unknown[]) => void;

/** What is overridden of a channel: that of both APIs, with confirms and without. */
export interface AmqpChannel extends Pick<Channel, 'ack' | 'ackAll' | 'nack' | 'nackAll' | 'reject'> {
  /** The connection that the channel is on, the same object for all of its channels. */
  readonly connection: object;

  publish(
    exchange: string,
    routingKey: string,
    content: Buffer,
    options?: Options.Publish,
    callback?: Callback,
  ): boolean;
  consume(
    queue: string,
    onMessage: (message: Message | null) => void,
    options?: Options.Consume,
    callback?: Callback,
  ): unknown;
  get(queue: string, options?: Options.Get, callback?: Callback): unknown;
  assertQueue(queue?: string, options?: Options.AssertQueue, callback?: Callback): unknown;
  cancel(consumerTag: string, callback?: Callback, ...rest: unknown[]): unknown;
  recover(callback?: Callback): unknown;
  on(event: string, listener: Callback): unknown;
  prependListener(event: string, listener: Callback): unknown;
}

/** What a call to {@link AmqpChannel.get} answers. */
export type GetAnswer = GetMessage | false;
