import type { Channel, GetMessage } from 'amqplib';

/** What a call is answered by in the API with callbacks. */
type Callback = (...answer: unknown[]) => void;

/** What a method takes: as in the API with promises, and the callback of the other one. */
type Arguments<M extends 'publish' | 'consume' | 'get' | 'assertQueue' | 'cancel'> = [
  ...Parameters<Channel[M]>,
  callback?: Callback,
];

/** What is overridden of a channel: that of both APIs, with confirms and without. */
export interface AmqpChannel extends Pick<Channel, 'ack' | 'ackAll' | 'nack' | 'nackAll' | 'reject'> {
  /** The connection that the channel is on, the same object for all of its channels. */
  readonly connection: object;

  publish(...args: Arguments<'publish'>): boolean;
  consume(...args: Arguments<'consume'>): unknown;
  get(...args: Arguments<'get'>): unknown;
  assertQueue(...args: Arguments<'assertQueue'>): unknown;
  cancel(...args: [...Arguments<'cancel'>, ...rest: unknown[]]): unknown;
  recover(callback?: Callback): unknown;
  on(event: string, listener: Callback): unknown;
  prependListener(event: string, listener: Callback): unknown;
}

/** What a call to {@link AmqpChannel.get} answers. */
export type GetAnswer = GetMessage | false;
