import { callOutcome, until } from '@waybill/brokers';
import type { Channel, ConsumeMessage } from 'amqplib';
import { type Behaviour, bodies, eventsOf, fill, received, type Stage, shown } from './behaviour.ts';

type Settle = (channel: Channel, messages: readonly ConsumeMessage[]) => unknown;

/** The telling behaviours of settling messages. */
export const settleBehaviours: readonly Behaviour[] = [
  settling('ack, one by one', (channel, messages) => messages.map((message) => channel.ack(message))),
  settling('ack of all up to one', (channel, [, second]) => second && channel.ack(second, true)),
  settling('ackAll', (channel) => channel.ackAll()),
  settling('nack, which gives back', (channel, [first]) => first && channel.nack(first)),
  settling(
    'nack of all up to one, for good',
    (channel, [, second]) => second && channel.nack(second, true, false),
  ),
  settling('nackAll, for good', (channel) => channel.nackAll(false)),
  settling('reject, which gives back', (channel, [first]) => first && channel.reject(first)),
  settling('reject for good', (channel, [first]) => first && channel.reject(first, false)),
  {
    name: 'recover answers, and what was not settled comes again',
    async watch(stage) {
      await fill(stage, 'one', 'two');
      const channel = await stage.channel();
      const messages = await received(stage, channel);
      await until(() => messages.length === 2);
      for (const message of messages.slice(0, 1)) channel.ack(message);
      const answer = await stage.ask(channel, 'recover');
      await until(() => messages.length === 3);
      return { answer, again: messages.slice(2).map(shown) };
    },
  },
  {
    name: 'a message that is settled twice closes the channel, which settles no more',
    async watch(stage) {
      await fill(stage, 'one');
      const channel = await stage.channel();
      const messages = await received(stage, channel);
      await until(() => messages.length === 1);
      const events = eventsOf(channel);
      const [message] = messages as [ConsumeMessage];
      channel.ack(message);
      channel.nack(message);
      await until(() => events.length === 2);
      const settle = [
        () => channel.ack(message),
        () => channel.ackAll(),
        () => channel.nack(message),
        () => channel.nackAll(),
        () => channel.reject(message),
      ];
      return { events, late: await Promise.all(settle.map(callOutcome)) };
    },
  },
  {
    name: 'what is no message is refused with the same error',
    async watch(stage) {
      const channel = await stage.channel();
      const odd = [undefined, null, {}, { fields: {} }, { fields: { deliveryTag: 'one' } }] as never[];
      return Promise.all(
        (['ack', 'nack', 'reject'] as const).flatMap((method) =>
          odd.map((message) => callOutcome(() => void channel[method](message))),
        ),
      );
    },
  },
];

/** What a way of settling answers, and what is left of three messages. */
function settling(name: string, settle: Settle): Behaviour {
  return {
    name: `${name}, answers and does what it did`,
    async watch(stage: Stage) {
      await fill(stage, 'one', 'two', 'three');
      const channel = await stage.channel();
      await stage.ask(channel, 'prefetch', 3, false);
      const messages = await received(stage, channel);
      await until(() => messages.length === 3);
      const answered = settle(channel, [...messages]);
      const answers = (Array.isArray(answered) ? answered : [answered]).map((answer) =>
        answer === channel ? 'the channel' : answer,
      );
      await stage.ask(channel, 'close');
      // What is left comes before what is sent now. That a queue is empty would only say that all was on its way.
      await fill(stage, 'last');
      const left = await received(stage, await stage.channel());
      await until(() => bodies(left).includes('last'));
      return { answers, left: bodies(left).sort() };
    },
  };
}
