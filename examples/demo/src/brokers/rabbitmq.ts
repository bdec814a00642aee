import { traceConnection } from '@waybill/amqplib';
import { startBroker } from '@waybill/brokers';
import { connect } from 'amqplib';
import type { StartBroker } from '../demo-broker.ts';

/** The demo on RabbitMQ: channels of amqplib as an application uses them. Waybill is in one of its lines. */
export const startRabbitmq: StartBroker = async (waybill, queues) => {
  const server = await startBroker('rabbitmq');
  const connection = traceConnection(await connect(server.url), waybill);
  const channel = await connection.createConfirmChannel();
  for (const queue of queues) {
    await channel.assertQueue(queue);
    await channel.purgeQueue(queue);
  }

  return {
    title: 'RabbitMQ: amqplib, with a broker in a container',
    async send(queue, body) {
      channel.sendToQueue(queue, Buffer.from(body), { persistent: true });
      await channel.waitForConfirms();
    },
    async startWorker(queue, handle) {
      const worker = await connection.createChannel();
      const running = new Set<Promise<void>>();
      const { consumerTag } = await worker.consume(queue, (message) => {
        if (message === null) return undefined;
        const handled = handle(String(message.content)).then(() => worker.ack(message));
        running.add(handled);
        return handled.finally(() => running.delete(handled));
      });
      return {
        async stop() {
          await worker.cancel(consumerTag);
          await Promise.all(running);
          await worker.close();
        },
      };
    },
    async stop() {
      await connection.close();
      await server.stop();
    },
  };
};
