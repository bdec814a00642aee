import { EventEmitter } from 'node:events';
import { Duplex } from 'node:stream';
import { TracerProvider } from '@opentelemetry/sdk-trace';
import { createWaybill, type Waybill } from '@waybill/core';
import { type RecordedSpans, recordSpans } from '@waybill/testing';
import type { Channel, ConfirmChannel, ConsumeMessage, Message, Options } from 'amqplib';
import { type AmqpTracingOptions, traceChannel } from '../src/index.ts';

type OnMessage = (message: ConsumeMessage | null) => unknown;
type Confirmed = (error: unknown) => void;

/** What a channel of amqplib has, with the calls that reach it. */
export class FakeChannel extends EventEmitter {
  readonly connection: { readonly stream: Duplex };
  readonly calls: unknown[][] = [];
  handler: OnMessage | undefined;

  constructor(stream: Duplex = new Duplex({ read: () => undefined })) {
    super();
    this.connection = { stream };
  }

  publish(...args: unknown[]): boolean {
    this.calls.push(args);
    return true;
  }

  sendToQueue(queue: string, content: Buffer, options?: Options.Publish): boolean {
    return this.publish('', queue, content, options);
  }

  consume(_queue: string, handler: OnMessage): void {
    this.handler = handler;
  }
}

for (const name of [
  'get',
  'assertQueue',
  'cancel',
  'ack',
  'ackAll',
  'nack',
  'nackAll',
  'reject',
  'recover',
]) {
  Object.defineProperty(FakeChannel.prototype, name, {
    value: () => undefined,
    configurable: true,
    writable: true,
  });
}

/** A channel with confirms: a publish is confirmed when its callback is called. */
export class FakeConfirmChannel extends FakeChannel {
  readonly unconfirmed: Confirmed[] = [];

  override publish(...args: unknown[]): boolean {
    this.unconfirmed.push(args[4] as Confirmed);
    return super.publish(...args);
  }

  waitForConfirms(): void {}
}

/** A traced channel that is on no connection, and the spans that it made. */
export interface FakeSetUp<F, C> {
  readonly fake: F;
  readonly channel: C;
  readonly spans: RecordedSpans;
  readonly waybill: Waybill;
}

/** Traces a channel of either kind. */
export function traceFake<F extends FakeChannel>(
  fake: F,
  given?: Waybill,
  options?: AmqpTracingOptions,
): FakeSetUp<F, F extends FakeConfirmChannel ? ConfirmChannel : Channel> {
  const spans = recordSpans();
  const waybill = given ?? createWaybill({ tracerProvider: new TracerProvider({ spanProcessors: [spans] }) });
  const channel = traceChannel(fake as never, waybill, options) as never;
  return { fake, channel, spans, waybill };
}

/** A message as a consumer of the queue `orders` is given it. */
export function delivered(
  deliveryTag: number,
  headers: Record<string, unknown> = {},
  { redelivered = false, ...properties }: Record<string, unknown> = {},
): ConsumeMessage {
  const fields = { exchange: '', routingKey: 'orders', consumerTag: 'worker', deliveryTag, redelivered };
  const message = { fields, properties: { headers, ...properties }, content: Buffer.from('one') };
  return message as unknown as Message as ConsumeMessage;
}
