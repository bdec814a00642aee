import { once } from 'node:events';
import { callOutcome, until } from '@waybill/brokers';
import { type Behaviour, eventsOf, fill, received } from './behaviour.ts';

/** The telling behaviours of a channel itself. */
export const channelBehaviours: readonly Behaviour[] = [
  {
    name: 'a channel has the methods and properties that it had',
    async watch(stage) {
      const channels = [await stage.channel(), await stage.confirmChannel()];
      return channels.map((channel) => {
        const methods: unknown[] = [];
        for (let of: object | null = channel; of !== null; of = Object.getPrototypeOf(of)) {
          // Those of the instance itself are not the application's business; tracing adds to them.
          if (of === channel) continue;
          for (const name of Object.getOwnPropertyNames(of)) {
            const method: unknown = Reflect.get(channel, name);
            if (typeof method === 'function') methods.push([name, method.name, method.length]);
          }
        }
        const inLoop: string[] = [];
        for (const name in channel) inLoop.push(name);
        return [channel.constructor.name, Object.keys(channel), inLoop, methods];
      });
    },
  },
  {
    name: 'on, once and off answer the channel, and listeners are called on it',
    async watch(stage) {
      const channel = await stage.channel();
      const calls: boolean[] = [];
      const listener = function listener(this: unknown): void {
        calls.push(this === channel);
      };
      const answers = [
        channel.on('close', listener),
        channel.once('close', listener),
        channel.off('drain', listener),
      ].map((answer) => answer === channel);
      await stage.ask(channel, 'close');
      await until(() => calls.length === 2);
      return { answers, calls };
    },
  },
  {
    name: 'close answers, emits close once, and refuses a second time',
    async watch(stage) {
      const channel = await stage.channel();
      const events = eventsOf(channel);
      const closed = once(channel, 'close');
      const answer = await callOutcome(() => stage.ask(channel, 'close'));
      await closed;
      return { answer, events, again: await callOutcome(() => stage.ask(channel, 'close')) };
    },
  },
  {
    name: 'a channel that is closed while handlers run gives their messages back',
    async watch(stage) {
      await fill(stage, 'one', 'two');
      const channel = await stage.channel();
      const events = eventsOf(channel);
      let running = 0;
      await stage.ask(channel, 'consume', stage.queue, () => {
        running += 1;
        return new Promise(() => undefined);
      });
      await until(() => running === 2);
      await stage.ask(channel, 'close');
      const again = await received(stage, await stage.channel());
      await until(() => again.length === 2);
      return { events, again: again.map(({ fields }) => fields.redelivered) };
    },
  },
  {
    name: 'a connection that closes closes its channels',
    async watch(stage) {
      await fill(stage, 'one');
      const channel = await stage.channel();
      const confirming = await stage.confirmChannel();
      const events = [eventsOf(channel), eventsOf(confirming)];
      const messages = await received(stage, channel);
      await until(() => messages.length === 1);
      await stage.testBed.disconnect();
      return { events, late: await callOutcome(() => channel.sendToQueue(stage.queue, Buffer.from('late'))) };
    },
  },
  {
    name: 'queues are declared and checked as before',
    async watch(stage) {
      const channel = await stage.channel();
      const events = eventsOf(channel);
      const { queue } = stage;
      const asked = [
        await stage.ask(channel, 'assertQueue', `${queue}-2`, { exclusive: true, messageTtl: 1_000 }),
        await stage.ask(channel, 'checkQueue', `${queue}-2`),
        await stage.ask(channel, 'deleteQueue', `${queue}-2`, {}),
      ];
      const named = (await stage.ask(channel, 'assertQueue', '', { exclusive: true })) as { queue: string };
      const refused = await callOutcome(() => stage.ask(channel, 'assertQueue', queue, { durable: false }));
      return { asked, named: named.queue.startsWith('amq.gen-'), refused, events };
    },
  },
];
