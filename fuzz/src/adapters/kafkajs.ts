import { processMessage, settleMessages, traceConsumer, traceProducer } from '@waybill/kafkajs';
import type { FuzzedAdapter } from '../adapter.ts';
import { type Batch, FakeKafka, type Handlers, type Sent } from '../clients/fake-kafka.ts';
import type { Trial } from '../trial.ts';
import { Wire } from '../wire.ts';

/** kafkajs: a producer, its transactions, and a consumer. */
export const kafkajs: FuzzedAdapter = {
  name: 'kafkajs',
  open(waybill) {
    const wire = new Wire();
    const client = new FakeKafka(wire);
    const producer = traceProducer(client.producer(), waybill, { recordKeys: true });
    const full = traceProducer(client.producer(), waybill, { maxMessageBytes: 400 });
    const consumer = traceConsumer(client.consumer(), waybill, { recordKeys: true });
    const run = async (handlers: Handlers): Promise<Handlers> => {
      await consumer.run(handlers as never);
      return client.handlers;
    };
    const forward = (trial: Trial, message: object) => () => {
      const copy = { value: 'again', headers: (message as Sent).headers };
      return wire.during(trial, [() => copy.headers], () =>
        producer.send({ topic: 'retries', messages: [copy] } as never),
      );
    };
    const publish = (trial: Trial, send: (messages: readonly object[]) => unknown): Promise<void> => {
      const messages = trial.carriers.map((headers) => ({ key: trial.field(0), value: 'one', headers }));
      return wire.during(
        trial,
        trial.carriers.map((headers) => () => headers),
        () => trial.send(messages.length, [...messages, ...trial.carriers], () => send(messages)),
      );
    };
    return {
      async eachMessage(trial) {
        for (const message of received(trial)) {
          trial.consumed += 1;
          await trial.deliver(
            message,
            async (handle) => {
              const handlers = await run({
                eachMessage: (payload) => handle((payload as { message: object }).message),
              });
              return handlers.eachMessage?.({ topic: 'orders', partition: trial.input.choice % 3, message });
            },
            forward(trial, message),
          );
        }
      },
      async eachBatch(trial) {
        const payload = { batch: { topic: 'orders', partition: 0, messages: received(trial) } };
        trial.consumed += payload.batch.messages.length;
        await trial.deliver(payload, async (handle) =>
          (await run({ eachBatch: handle })).eachBatch?.(payload),
        );
      },
      async processMessage(trial) {
        const messages = received(trial);
        trial.consumed += messages.length;
        const handlers = await run({
          eachBatch: async () => {
            for (const message of messages) {
              await trial.deliver(
                message,
                (handle) => processMessage(message, handle),
                forward(trial, message),
              );
            }
          },
        });
        await handlers.eachBatch?.({ batch: { topic: 'orders', partition: 0, messages } as Batch });
      },
      async settleMessages(trial) {
        const messages = received(trial);
        trial.consumed += messages.length;
        const handlers = await run({
          eachBatch: async () => {
            for (const message of messages) {
              await trial.deliver(message, async (handle) => {
                const [settled] = await settleMessages([message], handle);
                if (settled?.status === 'fulfilled') return settled.value;
                throw settled?.reason;
              });
            }
          },
        });
        await handlers.eachBatch?.({ batch: { topic: 'orders', partition: 1, messages } as Batch });
      },
      send: (trial) => publish(trial, (messages) => producer.send({ topic: 'orders', messages } as never)),
      'send where there is little room': (trial) =>
        publish(trial, (messages) => full.send({ topic: 'orders', messages } as never)),
      sendBatch: (trial) =>
        publish(trial, (messages) =>
          producer.sendBatch({
            topicMessages: messages.map((message, index) => ({
              topic: `orders-${index % 2}`,
              messages: [message],
            })),
          } as never),
        ),
      transaction: (trial) =>
        publish(trial, async (messages) => {
          const transaction = (await producer.transaction()) as unknown as typeof producer;
          return transaction.send({ topic: 'orders', messages } as never);
        }),
    };
  },
};

let offset = 0;

/** Messages as a consumer of kafkajs gets them: the broker's fields are valid, the sender's are arbitrary. */
function received(trial: Trial): object[] {
  return trial.carriers.map((headers) => ({
    key: trial.field(0),
    value: trial.field(1),
    timestamp: trial.text(2),
    offset: String(offset++),
    headers,
    batchContext: { timestampType: trial.input.choice % 2 },
  }));
}
