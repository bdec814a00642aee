import { until } from './until.ts';

/** What {@link createTopics} needs of an admin client of kafkajs. */
interface TopicAdmin<T> {
  createTopics(options: { topics: T[]; waitForLeaders: boolean }): Promise<boolean>;
  fetchTopicMetadata(options: { topics: string[] }): Promise<{
    topics: { partitions: { leader: number }[] }[];
  }>;
}

/**
 * Creates topics of Kafka and waits until the broker knows them with their leaders. The client's own `waitForLeaders` gives up where
 * the broker that took the request has not heard of the topic yet, as happens on a busy machine.
 */
export async function createTopics<T extends { topic: string }>(
  admin: TopicAdmin<T>,
  topics: T[],
): Promise<void> {
  await admin.createTopics({ topics, waitForLeaders: false });
  const names = topics.map(({ topic }) => topic);
  await until(async () => {
    const metadata = await admin.fetchTopicMetadata({ topics: names }).catch(() => undefined);
    return (
      metadata?.topics.every(
        ({ partitions }) => partitions.length > 0 && partitions.every(({ leader }) => leader >= 0),
      ) ?? false
    );
  });
}
