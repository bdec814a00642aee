import type { Waybill } from '@waybill/core';
import type { Channel, ConfirmChannel } from 'amqplib';
import { traceChannel, traceConnection } from '../src/index.ts';
import type { Asking, Stage } from './behaviour.ts';
import type { RabbitTestBed } from './rabbit-test-bed.ts';

/** One of the APIs of amqplib, told as the one with promises is: their channels differ only in how they answer. */
export interface Api {
  channel(testBed: RabbitTestBed, waybill: Waybill | undefined): Promise<Channel>;
  confirmChannel(testBed: RabbitTestBed, waybill: Waybill | undefined): Promise<ConfirmChannel>;
  readonly ask: Stage['ask'];
}

type Call = (...args: unknown[]) => unknown;

/** The API with promises, whose channels are traced one by one. */
export const promises: Api = {
  async channel(testBed, waybill) {
    const channel = await (await testBed.connection()).createChannel();
    return waybill === undefined ? channel : traceChannel(channel, waybill);
  },
  async confirmChannel(testBed, waybill) {
    const channel = await (await testBed.connection()).createConfirmChannel();
    return waybill === undefined ? channel : traceChannel(channel, waybill);
  },
  ask: (channel, method, ...args) => methodOf(channel, method).apply(channel, args) as Promise<unknown>,
};

/** The API with callbacks, whose channels are traced by their connection. */
export const callbacks: Api = {
  channel: (testBed, waybill) => openByCallback(testBed, waybill, 'createChannel'),
  confirmChannel: (testBed, waybill) =>
    openByCallback(testBed, waybill, 'createConfirmChannel') as Promise<ConfirmChannel>,
  ask(channel, method, ...args) {
    const call = methodOf(channel, method);
    const missing = Array(Math.max(0, call.length - 1 - args.length));
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    const answered = (error: unknown, answer: unknown): void => (error ? reject(error) : resolve(answer));
    call.call(channel, ...args, ...missing, answered);
    return promise;
  },
};

function methodOf(channel: Channel, method: Asking): Call {
  return (channel as unknown as Record<Asking, Call>)[method];
}

async function openByCallback(
  testBed: RabbitTestBed,
  waybill: Waybill | undefined,
  method: 'createChannel' | 'createConfirmChannel',
): Promise<Channel> {
  const bare = await testBed.callbackConnection();
  const connection = waybill === undefined ? bare : traceConnection(bare, waybill);
  const opened = await new Promise((resolve, reject) => {
    connection[method]((error, channel) => (error ? reject(error) : resolve(channel)));
  });
  return opened as Channel;
}
