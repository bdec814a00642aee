import { connect } from 'amqplib';

/** How the queues of the shop are declared. */
export const queueOptions: { readonly durable: boolean } = { durable: true };

/** Makes queues that are empty. */
export async function emptyQueues(url: string, queues: readonly string[]): Promise<void> {
  const connection = await connect(url);
  const channel = await connection.createChannel();
  for (const queue of queues) {
    await channel.assertQueue(queue, queueOptions);
    await channel.purgeQueue(queue);
  }
  await connection.close();
}
