import { once } from 'node:events';
import { callOutcome, describeError, until } from '@waybill/brokers';
import type { ConfirmChannel } from 'amqplib';
import { type Behaviour, eventsOf, type Stage } from './behaviour.ts';

/** The telling behaviours of publishing with confirms. */
export const confirmBehaviours: readonly Behaviour[] = [
  {
    name: 'a confirm calls back with null, and with nothing else',
    async watch(stage) {
      const channel = await stage.confirmChannel();
      const answers: boolean[] = [];
      const calls: unknown[] = [];
      await new Promise<void>((resolve) => {
        answers.push(
          channel.sendToQueue(stage.queue, Buffer.from('one'), {}, function called(this: unknown, ...args) {
            calls.push([this === undefined, args]);
          }),
          channel.publish('', stage.queue, Buffer.from('two'), {}, (...args) => {
            calls.push(args);
            resolve();
          }),
        );
      });
      return { answers, calls };
    },
  },
  {
    name: 'what the broker refuses calls back with the error, in the order it was sent',
    async watch(stage) {
      const queue = await refusing(stage);
      const channel = await stage.confirmChannel();
      const calls: unknown[] = [];
      for (const content of ['kept', 'refused', 'refused, too']) {
        channel.sendToQueue(queue, Buffer.from(content), {}, (error) =>
          calls.push([content, describeError(error)]),
        );
      }
      await until(() => calls.length === 3);
      return calls;
    },
  },
  {
    name: 'waitForConfirms waits for all, with callbacks and without, and fails for the one that is refused',
    async watch(stage) {
      const channel = await stage.confirmChannel();
      const wait = (): Promise<unknown> => callOutcome(() => stage.ask(channel, 'waitForConfirms'));
      const none = await wait();
      const calls: unknown[] = [];
      channel.sendToQueue(stage.queue, Buffer.from('one'));
      channel.sendToQueue(stage.queue, Buffer.from('two'), {}, (error) => calls.push(error));
      const all = [await wait(), [...calls], await stage.testBed.depth(stage.queue)];
      const queue = await refusing(stage);
      for (const content of ['kept', 'refused']) channel.sendToQueue(queue, Buffer.from(content));
      return { none, all, refused: await wait() };
    },
  },
  {
    name: 'a channel that closes tells those that still wait, and publishes no more',
    async watch(stage) {
      const channel = await stage.confirmChannel();
      const events = eventsOf(channel);
      const calls: unknown[] = [];
      const tell = (error: unknown): unknown => calls.push(describeError(error));
      channel.publish('nobody', '', Buffer.from('one'), {}, tell);
      channel.publish('nobody', '', Buffer.from('two'), {}, tell);
      const waited = await callOutcome(() => stage.ask(channel, 'waitForConfirms'));
      await until(() => calls.length === 2);
      return { waited, calls, events, late: await callOutcome(() => send(channel, stage.queue)) };
    },
  },
  {
    name: 'an error of the callback comes to handler-error',
    async watch(stage) {
      const channel = await stage.confirmChannel();
      const failed = once(channel, 'handler-error');
      channel.sendToQueue(stage.queue, Buffer.from('one'), {}, () => {
        throw new RangeError('no stock');
      });
      return (await failed).map(describeError);
    },
  },
  {
    name: 'a callback that is none is left out, or comes to handler-error when it would be called',
    async watch(stage) {
      const channel = await stage.confirmChannel();
      const events = eventsOf(channel);
      const publish = channel.publish.bind(channel) as (...args: unknown[]) => boolean;
      const answers = [undefined, null, false, 0].map((none) =>
        publish('', stage.queue, Buffer.from('one'), undefined, none),
      );
      await stage.ask(channel, 'waitForConfirms');
      const before = events.filter((event) => String(event).includes('error'));
      const failed = once(channel, 'handler-error');
      answers.push(publish('', stage.queue, Buffer.from('one'), undefined, 3));
      return { answers, before, failed: (await failed).map(describeError) };
    },
  },
];

function send(channel: ConfirmChannel, queue: string): boolean {
  return channel.sendToQueue(queue, Buffer.from('late'), {}, () => undefined);
}

/** A queue that takes one message. */
async function refusing({ testBed }: Stage): Promise<string> {
  return testBed.queue({ arguments: { 'x-max-length': 1, 'x-overflow': 'reject-publish' } });
}
