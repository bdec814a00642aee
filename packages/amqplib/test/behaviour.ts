import { describeError } from '@waybill/brokers';
import type { Channel, ConfirmChannel, ConsumeMessage, Message } from 'amqplib';
import type { RabbitTestBed } from './rabbit-test-bed.ts';

/** Where a behaviour is watched: a queue of its own, and channels of one API that are all bare or all traced. */
export interface Stage {
  readonly testBed: RabbitTestBed;
  readonly queue: string;
  channel(): Promise<Channel>;
  confirmChannel(): Promise<ConfirmChannel>;

  /** Asks the broker by a method that answers by a promise or, in the other API, by a callback. */
  ask(channel: Channel, method: Asking, ...args: unknown[]): Promise<unknown>;
}

/** A method of a channel that waits for the broker. */
export type Asking =
  | 'assertQueue'
  | 'cancel'
  | 'checkQueue'
  | 'close'
  | 'consume'
  | 'deleteQueue'
  | 'get'
  | 'prefetch'
  | 'recover'
  | 'waitForConfirms';

/** What an application sees of a channel, to be compared between the bare and the traced one. */
export interface Behaviour {
  readonly name: string;
  watch(stage: Stage): Promise<unknown>;
}

/** The events of a channel, from now on, as they come. */
export function eventsOf(channel: Channel): unknown[] {
  const seen: unknown[] = [];
  for (const name of ['error', 'close', 'drain', 'cancel', 'ack', 'nack']) {
    channel.on(name, (...about: unknown[]) => seen.push([name, ...about.map(describeError)]));
  }
  return seen;
}

/** A message without the headers that tracing adds. */
export function shown({ fields, properties, content }: Message): unknown {
  const { traceparent, tracestate, baggage, waybill, ...headers } = properties.headers ?? {};
  return { fields, properties: { ...properties, headers }, content: String(content) };
}

/** Consumes a queue and gives the messages as they come. */
export async function received(stage: Stage, channel: Channel, options = {}): Promise<ConsumeMessage[]> {
  const messages: ConsumeMessage[] = [];
  const onMessage = (message: ConsumeMessage | null): void => {
    if (message !== null) messages.push(message);
  };
  await stage.ask(channel, 'consume', stage.queue, onMessage, options);
  return messages;
}

/** The contents of messages. */
export function bodies(messages: readonly Message[]): string[] {
  return messages.map(({ content }) => String(content));
}

/** Sends messages to the stage's queue, past what is watched. */
export async function fill({ testBed, queue }: Stage, ...contents: string[]): Promise<void> {
  for (const content of contents) testBed.admin.sendToQueue(queue, Buffer.from(content));
  await testBed.admin.waitForConfirms();
}
