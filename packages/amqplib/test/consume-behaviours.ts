import { callOutcome, until } from '@waybill/brokers';
import type { ConsumeMessage } from 'amqplib';
import { type Behaviour, bodies, eventsOf, fill, received, shown } from './behaviour.ts';

/** The telling behaviours of consuming and getting. */
export const consumeBehaviours: readonly Behaviour[] = [
  {
    name: 'consume answers the tag, and calls the handler with the message only',
    async watch(stage) {
      await fill(stage, 'one', 'two');
      const channel = await stage.channel();
      const calls: unknown[] = [];
      const answer = await stage.ask(
        channel,
        'consume',
        stage.queue,
        function handle(this: unknown, ...args: ConsumeMessage[]) {
          calls.push([this === undefined, args.map(shown), args.map(Object.keys)]);
          return calls.length === 1 ? 'ignored' : Promise.resolve('ignored, too');
        },
        { consumerTag: 'worker' },
      );
      await until(() => calls.length === 2);
      return { answer, calls };
    },
  },
  {
    name: 'a tag that is taken, a queue that is not there and a missing handler are refused',
    async watch(stage) {
      const refused = async (...args: unknown[]): Promise<unknown> => {
        const channel = await stage.channel();
        const events = eventsOf(channel);
        await stage.ask(channel, 'consume', stage.queue, () => undefined, { consumerTag: 'worker' });
        const answer = await callOutcome(() => stage.ask(channel, 'consume', ...args));
        return [answer, events];
      };
      return [
        await refused('nobody', () => undefined, {}),
        await refused(stage.queue, () => undefined, { exclusive: true, consumerTag: 'other' }),
        await refused(stage.queue, 'no function', { consumerTag: 'other' }),
        await refused(stage.queue, () => undefined, 'no options'),
      ];
    },
  },
  {
    name: 'a handler that throws closes the channel, and its message comes again',
    async watch(stage) {
      await fill(stage, 'one');
      const channel = await stage.channel();
      const events = eventsOf(channel);
      await stage.ask(channel, 'consume', stage.queue, () => {
        throw new RangeError('no stock');
      });
      await until(() => events.length === 2);
      const again = await received(stage, await stage.channel());
      await until(() => again.length === 1);
      return { events, again: again.map(({ fields }) => fields.redelivered) };
    },
  },
  {
    name: 'a queue that is deleted cancels its consumer with null',
    async watch(stage) {
      const channel = await stage.channel();
      const events = eventsOf(channel);
      const calls: unknown[] = [];
      await stage.ask(channel, 'consume', stage.queue, (...args: unknown[]) => calls.push(args), {
        consumerTag: 'worker',
      });
      await stage.testBed.admin.deleteQueue(stage.queue);
      await until(() => calls.length === 1);
      return { calls, events };
    },
  },
  {
    name: 'cancel answers, stops the messages, and answers for an unknown tag',
    async watch(stage) {
      await fill(stage, 'one');
      const channel = await stage.channel();
      const messages = await received(stage, channel, { consumerTag: 'worker', noAck: true });
      await until(() => messages.length === 1);
      const answers = [
        await callOutcome(() => stage.ask(channel, 'cancel', 'worker')),
        await callOutcome(() => stage.ask(channel, 'cancel', 'nobody')),
      ];
      await fill(stage, 'two');
      return { answers, messages: bodies(messages), left: await stage.testBed.depth(stage.queue) };
    },
  },
  {
    name: 'prefetch holds messages back until others are acknowledged',
    async watch(stage) {
      await fill(stage, 'one', 'two', 'three');
      const channel = await stage.channel();
      const answer = await stage.ask(channel, 'prefetch', 2, false);
      const messages = await received(stage, channel);
      await until(() => messages.length === 2);
      const left = await stage.testBed.depth(stage.queue);
      for (const message of messages.slice(0, 1)) channel.ack(message);
      await until(() => messages.length === 3);
      return { answer, left, order: bodies(messages) };
    },
  },
  {
    name: 'two consumers of one channel get a message each in turn',
    async watch(stage) {
      const channel = await stage.channel();
      const first = await received(stage, channel, { noAck: true, consumerTag: 'first' });
      const second = await received(stage, channel, { noAck: true, consumerTag: 'second' });
      await fill(stage, 'one', 'two', 'three', 'four');
      await until(() => first.length + second.length === 4);
      return [first, second].map((messages) => messages.map(({ fields }) => fields.consumerTag));
    },
  },
  {
    name: 'get answers a message with how many are left, or false',
    async watch(stage) {
      const channel = await stage.channel();
      const get = (...args: unknown[]): Promise<unknown> => stage.ask(channel, 'get', ...args);
      const none = await get(stage.queue, {});
      await fill(stage, 'one', 'two');
      const messages = [await get(stage.queue, { noAck: true }), await get(stage.queue)];
      return { none, messages: messages.map((message) => shown(message as ConsumeMessage)) };
    },
  },
  {
    name: 'get of a queue that is not there is refused, and closes the channel',
    async watch(stage) {
      const channel = await stage.channel();
      const events = eventsOf(channel);
      const refused = await callOutcome(() => stage.ask(channel, 'get', 'nobody', {}));
      const odd = await callOutcome(() => stage.ask(channel, 'get', 3, {}));
      return { refused, odd, events };
    },
  },
  {
    name: 'an answer comes by direct reply-to',
    async watch(stage) {
      const asking = await stage.channel();
      const answers = await received({ ...stage, queue: 'amq.rabbitmq.reply-to' }, asking, { noAck: true });
      asking.sendToQueue(stage.queue, Buffer.from('in stock?'), { replyTo: 'amq.rabbitmq.reply-to' });
      const answering = await stage.channel();
      const questions = await received(stage, answering, { noAck: true });
      await until(() => questions.length === 1);
      for (const { properties } of questions) {
        answering.sendToQueue(properties.replyTo, Buffer.from('yes'), { correlationId: 'c-1' });
      }
      await until(() => answers.length === 1);
      return answers.map(({ properties, content }) => [properties.correlationId, String(content)]);
    },
  },
];
