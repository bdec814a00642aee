import { type AmqpChannel, processMessage, traceChannel } from '@waybill/amqplib';
import type { FuzzedAdapter, Path } from '../adapter.ts';
import { FakeChannel, FakeConfirmChannel } from '../clients/fake-channel.ts';
import type { Trial } from '../trial.ts';
import { Wire } from '../wire.ts';

/** amqplib: channels with confirms and without, consumers, and messages from `get`. */
export const amqplib: FuzzedAdapter = {
  name: 'amqplib',
  countsSent: false,
  open(waybill) {
    const wire = new Wire();
    const bare = new FakeChannel(wire);
    const bareConfirm = new FakeConfirmChannel(wire);
    const channel = traceChannel(bare as unknown as AmqpChannel, waybill);
    const confirm = traceChannel(bareConfirm as unknown as AmqpChannel, waybill, { endProcessSpan: 'ack' });
    const forward =
      (trial: Trial, { properties }: AmqpMessage) =>
      () =>
        wire.during(trial, [() => properties.headers], () =>
          channel.publish('retries', 'one', content, { headers: properties.headers }),
        );
    const consuming =
      (traced: AmqpChannel, client: FakeChannel, options: object): Path =>
      async (trial) => {
        for (const message of received(trial)) {
          trial.consumed += 1;
          await trial.deliver(
            message,
            (handle) => {
              traced.consume('orders', (given) => (given === null ? undefined : handle(given)), options);
              return client.onMessage?.(message);
            },
            forward(trial, message),
            { isAnswered: false },
          );
          if (!('noAck' in options)) settleAs(trial.input.choice, traced, client, message as never);
        }
      };
    const getting =
      (get: (traced: AmqpChannel, client: FakeChannel, message: object) => unknown): Path =>
      async (trial) => {
        for (const message of received(trial)) {
          trial.consumed += 1;
          const got = await trial.timed(() => get(channel, bare, message));
          if (!('value' in got) || got.value !== message) trial.fault('result changed', 'of a get');
          await trial.deliver(message, (handle) => processMessage(message, handle), forward(trial, message));
          channel.ack(message as never);
        }
      };
    const publishing =
      (publish: (headers: unknown, trial: Trial) => unknown): Path =>
      async (trial) => {
        for (const headers of trial.carriers) {
          await wire.during(trial, [() => headers], () =>
            trial.send(1, [headers], () => publish(headers, trial)),
          );
        }
      };
    return {
      consume: consuming(channel, bare, {}),
      'consume without acknowledgement': consuming(channel, bare, { noAck: true }),
      'consume, on a confirm channel': consuming(confirm, bareConfirm, {}),
      get: getting((traced, client, message) => {
        client.got = message;
        return traced.get('orders', {});
      }),
      'get with a callback': getting(
        (traced, client, message) =>
          new Promise((resolve) => {
            client.got = message;
            traced.get('orders', {}, (_error, got) => resolve(got));
          }),
      ),
      publish: publishing((headers, trial) =>
        channel.publish('shop', 'orders', content, {
          headers,
          messageId: trial.field(0) as never,
          correlationId: trial.field(1) as never,
          mandatory: true,
        }),
      ),
      'publish with a confirm': publishing((headers) =>
        confirm.publish('', 'orders', content, { headers, mandatory: true }, () => undefined),
      ),
    };
  },
};

const content = Buffer.from('one');
let tag = 0;

interface AmqpMessage {
  readonly fields: { readonly deliveryTag: number; readonly consumerTag: string };
  readonly properties: { readonly headers: unknown };
}

/** Messages as a channel receives them: the broker writes the fields, the sender the properties. */
function received(trial: Trial): AmqpMessage[] {
  return trial.carriers.map((headers) => ({
    content,
    fields: {
      deliveryTag: ++tag,
      consumerTag: 'worker',
      redelivered: trial.input.choice % 2 === 0,
      exchange: 'shop',
      routingKey: 'orders',
    },
    properties: {
      headers,
      messageId: trial.field(0),
      timestamp: trial.field(1),
      correlationId: trial.field(2),
      type: trial.field(0),
    },
  }));
}

/** Settles a message in one of the possible ways. */
function settleAs(choice: number, channel: AmqpChannel, client: FakeChannel, message: never): void {
  const ways = [
    () => channel.ack(message),
    () => channel.nack(message, false, false),
    () => channel.reject(message, true),
    () => channel.ackAll(),
    () => client.emit('close'),
    () => client.onMessage?.(null),
  ];
  ways[choice % ways.length]?.();
}
