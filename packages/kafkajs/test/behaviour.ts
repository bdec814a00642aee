import type { Consumer, ConsumerConfig, Producer, ProducerConfig } from 'kafkajs';
import type { KafkaTestBed } from './kafka-test-bed.ts';

/** Where a behaviour is watched: a topic and a group of its own, and clients that are all bare or all traced. */
export interface Stage {
  readonly testBed: KafkaTestBed;
  readonly topic: string;
  readonly groupId: string;
  producer(config?: ProducerConfig): Promise<Producer>;

  /** A consumer that reads the topic from its beginning. */
  consumer(config?: Partial<ConsumerConfig>): Promise<Consumer>;
}

/** What an application sees of a client, to be compared between the bare and the traced one. */
export interface Behaviour {
  readonly name: string;
  watch(stage: Stage): Promise<unknown>;
}

/** Sends messages with these values to the stage's topic. */
export async function fill(stage: Stage, ...values: string[]): Promise<void> {
  const producer = await stage.producer();
  await producer.send({ topic: stage.topic, messages: values.map((value) => ({ value })) });
}

/** The methods of a client as an application finds them. */
export function shapeOf(client: object): unknown {
  return Object.entries({ ...client }).map(([name, value]) =>
    typeof value === 'function' ? [name, value.name, value.length] : [name, value],
  );
}

/** Waits until `done` is called by what was started. */
export function once(start: (done: () => void) => Promise<unknown>): Promise<void> {
  return new Promise((resolve, reject) => {
    start(() => resolve()).catch(reject);
  });
}
