import { once } from 'node:events';
import { callOutcome, until } from '@waybill/brokers';
import type { Message } from 'amqplib';
import { type Behaviour, bodies, eventsOf, received, type Stage, shown } from './behaviour.ts';

const everyProperty = {
  headers: { tenant: 'acme', depth: 3, nested: { list: ['a', 1, true], bytes: Buffer.from('b') } },
  contentType: 'text/plain',
  contentEncoding: 'identity',
  persistent: true,
  priority: 4,
  correlationId: 'c-1',
  replyTo: 'answers',
  expiration: 60_000,
  messageId: 'm-1',
  timestamp: 1_700_000_000,
  type: 'order',
  userId: 'guest',
  appId: 'shop',
};

/** The telling behaviours of publishing without confirms. */
export const publishBehaviours: readonly Behaviour[] = [
  {
    name: 'publish and sendToQueue answer a boolean at once, and messages come in order',
    async watch(stage) {
      const channel = await stage.channel();
      const answers = [
        channel.publish('', stage.queue, Buffer.from('one')),
        channel.sendToQueue(stage.queue, Buffer.from('two'), {}),
        channel.sendToQueue(stage.queue, Buffer.alloc(0)),
        channel.sendToQueue(stage.queue, Buffer.alloc(300_000, 'x')),
      ];
      const messages = await received(stage, await stage.channel());
      await until(() => messages.length === answers.length);
      return { answers, sizes: messages.map(({ content }) => content.length), order: bodies(messages) };
    },
  },
  {
    name: 'a full buffer answers false, and drain comes once',
    async watch(stage) {
      const channel = await stage.channel();
      const events = eventsOf(channel);
      const answers = new Set<boolean>();
      for (let count = 0; count < 2_000; count += 1) {
        answers.add(channel.sendToQueue(stage.queue, Buffer.alloc(2_000)));
      }
      await until(async () => (await stage.testBed.depth(stage.queue)) === 2_000);
      return { answers: [...answers], events };
    },
  },
  {
    name: 'a message arrives with all its properties',
    async watch(stage) {
      const channel = await stage.channel();
      channel.sendToQueue(stage.queue, Buffer.from('one'), everyProperty);
      return arrived(stage);
    },
  },
  {
    name: 'options are read as they were, from frozen objects and from instances of classes',
    async watch(stage) {
      class Defaults {
        headers = { tenant: 'acme' };
        get type(): string {
          return 'order';
        }
      }
      class Options extends Defaults {
        readonly #id = 'm-1';
        get messageId(): string {
          return this.#id;
        }
      }
      const channel = await stage.channel();
      const options = new Options();
      Object.freeze(options.headers);
      channel.sendToQueue(stage.queue, Buffer.from('one'), Object.freeze(options));
      return [await arrived(stage), options.headers];
    },
  },
  {
    name: 'what amqplib refuses is refused with the same error',
    async watch(stage) {
      const channel = await stage.channel();
      const send = channel.sendToQueue.bind(channel) as (...args: unknown[]) => boolean;
      const options: unknown[] = [
        null,
        'text',
        { headers: 'text' },
        { headers: { odd: Symbol('odd') } },
        { headers: { odd: () => 1 } },
        { headers: { big: 'x'.repeat(70_000) } },
        { expiration: {} },
        { messageId: 3 },
        { timestamp: 'yesterday' },
      ];
      return [
        ...(await Promise.all(
          options.map((given) => callOutcome(() => send(stage.queue, Buffer.from('1'), given))),
        )),
        await callOutcome(() => send(stage.queue, 'text')),
        await callOutcome(() => send(stage.queue)),
        await callOutcome(() => send()),
        await callOutcome(() =>
          (channel.publish as (...args: unknown[]) => boolean)('', 3, Buffer.from('1')),
        ),
      ];
    },
  },
  {
    name: 'an exchange that is not there closes the channel, which then refuses',
    async watch(stage) {
      const channel = await stage.channel();
      const events = eventsOf(channel);
      const answer = channel.publish('nobody', 'key', Buffer.from('one'));
      await until(() => events.length === 2);
      const late = await callOutcome(() => channel.sendToQueue(stage.queue, Buffer.from('two')));
      return { answer, events, late };
    },
  },
  {
    name: 'a mandatory message that no queue takes comes back',
    async watch(stage) {
      const channel = await stage.channel();
      const returned = once(channel, 'return');
      channel.publish('', 'nobody', Buffer.from('one'), { ...everyProperty, mandatory: true });
      return ((await returned) as Message[]).map(shown);
    },
  },
  {
    name: 'copies go to CC and BCC, of which only CC is seen',
    async watch(stage) {
      const channel = await stage.channel();
      const copies = { CC: stage.queue, BCC: [stage.queue, 'nobody'], headers: { tenant: 'acme' } };
      channel.publish('', 'nobody', Buffer.from('one'), copies);
      return arrived(stage);
    },
  },
  {
    name: 'sendToQueue goes through a publish that the application has put there',
    async watch(stage) {
      const channel = await stage.channel();
      const calls: unknown[] = [];
      const { publish } = channel;
      channel.publish = (...args) => {
        calls.push(args.length);
        return publish.apply(channel, args);
      };
      const answer = channel.sendToQueue(stage.queue, Buffer.from('one'));
      return { answer, calls, message: await arrived(stage) };
    },
  },
];

/** The next message of the stage's queue. */
async function arrived(stage: Stage): Promise<unknown> {
  await until(async () => (await stage.testBed.depth(stage.queue)) > 0);
  const message = await stage.ask(await stage.channel(), 'get', stage.queue, { noAck: true });
  return shown(message as Message);
}
