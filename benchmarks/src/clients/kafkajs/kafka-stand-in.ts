import type {
  Consumer,
  ConsumerRunConfig,
  IHeaders,
  KafkaMessage,
  Message,
  Producer,
  ProducerRecord,
} from 'kafkajs';

/**
 * kafkajs without a network: what is sent is handled at once, before `send` returns, with headers as the buffers that they
 * would arrive as. Its classes have the names and methods that kafkajs has, so that an instrumentation can patch them.
 */
export class KafkaStandIn {
  #run: ConsumerRunConfig = {};
  #offset = 0;

  producer(): Producer {
    const events = { REQUEST: 'producer.network.request' };
    let onRequest: ((event: unknown) => void) | undefined;
    const send = async (record: ProducerRecord): Promise<never[]> => {
      await this.#deliver(record);
      onRequest?.({ payload: { apiName: 'Produce', broker: '127.0.0.1:9092', duration: 1 } });
      return [];
    };
    const on = (_event: string, listener: (event: unknown) => void): void => {
      onRequest = listener;
    };
    const transaction = async (): Promise<undefined> => undefined;
    return { send, sendBatch: send, transaction, on, events } as unknown as Producer;
  }

  consumer(): Consumer {
    const events = { GROUP_JOIN: 'consumer.group_join', REQUEST: 'consumer.network.request' };
    const run = async (config: ConsumerRunConfig = {}): Promise<void> => {
      this.#run = config;
    };
    const on = (event: string, listener: (event: unknown) => void): void => {
      if (event === events.GROUP_JOIN) listener({ payload: { groupId: 'workers', memberAssignment: {} } });
    };
    const subscribe = async (): Promise<void> => undefined;
    return { subscribe, run, on, events } as unknown as Consumer;
  }

  async #deliver({ topic, messages }: ProducerRecord): Promise<void> {
    const { eachMessage, eachBatch } = this.#run;
    if (eachBatch !== undefined) {
      const batch = { topic, partition: 0, messages: messages.map((message) => this.#arrived(message)) };
      await eachBatch({ batch } as never);
      return;
    }
    if (eachMessage === undefined) return;
    for (const message of messages) {
      await eachMessage({
        topic,
        partition: 0,
        message: this.#arrived(message),
        heartbeat: async () => undefined,
        pause: () => () => undefined,
      });
    }
  }

  #arrived({ headers, value }: Message): KafkaMessage {
    const buffers: IHeaders = {};
    for (const name in headers) buffers[name] = Buffer.from(String(headers[name]));
    return {
      key: null as never,
      value: Buffer.from(String(value)),
      timestamp: String(Date.now()),
      attributes: 0,
      offset: String(this.#offset++),
      headers: buffers,
    };
  }
}
