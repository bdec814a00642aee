import { randomUUID } from 'node:crypto';
import {
  AckPolicy,
  type Consumer,
  type ConsumerCallbackFn,
  type ConsumerMessages,
  type JetStreamManager,
  type JsMsg,
  jetstream,
  jetstreamManager,
} from '@nats-io/jetstream';
import { connect, headers, Match, type MsgHdrs, type NatsConnection } from '@nats-io/transport-node';
import { type Broker, startBroker } from '@waybill/brokers';
import { processMessage, type Waybill } from '@waybill/core';
import type {
  AdapterConnection,
  AdapterHarness,
  DeliveredMessage,
  TestHandler,
  TestMessage,
} from '@waybill/testing/conformance';
import { traceJetStream } from '../src/trace-jet-stream.ts';

/** What `publish` of a JetStream client takes. */
interface Request {
  readonly subject: string;
  readonly payload: string;
  readonly options: { readonly headers?: MsgHdrs };
}

let broker: Broker;
let connection: NatsConnection;
let manager: JetStreamManager;
const streams: string[] = [];

const noBatches =
  'the client hands over one message at a time, by an iterator or a callback; what `fetch()` gives is an iterator, too';

/** NATS JetStream, in which a queue is a stream with one subject and one consumer, all of the same name. */
export const harness: AdapterHarness = {
  broker: 'nats',
  system: 'nats',
  send: 'publish',
  excused: { 'a batch is a root that links to every message once': noBatches },
  // No stream takes it.
  refusedQueue: 'refused',

  async start() {
    broker = await startBroker('nats');
    connection = await connect({ servers: broker.url });
    manager = await jetstreamManager(connection);
  },

  async stop() {
    await Promise.all(streams.splice(0).map((stream) => manager.streams.delete(stream)));
    await connection.close();
    await broker.stop();
  },

  async createQueue() {
    const queue = `queue-${randomUUID()}`;
    streams.push(queue);
    await manager.streams.add({ name: queue, subjects: [queue] });
    await manager.consumers.add(queue, { durable_name: queue, ack_policy: AckPolicy.Explicit });
    return queue;
  },

  // The client takes names of printable ASCII and values in one line, and trims values.
  carries: (all) =>
    all.every(([name, value]) => /^[!-9;-~]+$/.test(name) && !/[\r\n]/.test(value) && value.trim() === value),

  connect: (waybill) => open(waybill, consumeIterator),
};

/** The same for handlers that are the callback of `consume()`. */
export const callbackHarness: AdapterHarness = {
  ...harness,
  broker: 'nats-callback',
  excused: {
    ...harness.excused,
    'an error of the handler is recorded, reaches the client, and the message comes again':
      'an error that reaches the client ends the consumption for good, so a callback has to catch its errors itself',
  },
  connect: (waybill) => open(waybill, consumeCallback),
};

async function open(waybill: Waybill | undefined, consume: Consume): Promise<AdapterConnection> {
  const client = await connect({ servers: broker.url });
  const js = waybill === undefined ? jetstream(client) : traceJetStream(jetstream(client), waybill);
  const consuming: ConsumerMessages[] = [];
  return {
    request: (queue, messages) => messages.map((message) => request(queue, message)),
    // The client has no method for several messages.
    publish: (requests) =>
      Promise.all(
        (requests as Request[]).map(({ subject, payload, options }) => js.publish(subject, payload, options)),
      ),
    async consume(queue, handler) {
      consuming.push(await consume(await js.consumers.get(queue, queue), handler));
    },
    async close() {
      await Promise.all(consuming.map((messages) => messages.close()));
      await client.close();
    },
  };
}

function request(subject: string, { body, headers: given }: TestMessage): Request {
  if (given === undefined) return { subject, payload: body, options: {} };
  const written = headers();
  for (const [name, value] of Object.entries(given)) {
    for (const item of [value].flat())
      written.append(name, typeof item === 'string' ? item : new TextDecoder().decode(item as Uint8Array));
  }
  return { subject, payload: body, options: { headers: written } };
}

type Consume = (consumer: Consumer, handler: TestHandler) => Promise<ConsumerMessages>;

async function consumeIterator(consumer: Consumer, handler: TestHandler): Promise<ConsumerMessages> {
  const messages = await consumer.consume();
  void (async () => {
    for await (const message of messages) {
      try {
        await processMessage(message, () => handler(delivered(message)));
        message.ack();
      } catch {
        message.nak();
      }
    }
  })();
  return messages;
}

function consumeCallback(consumer: Consumer, handler: TestHandler): Promise<ConsumerMessages> {
  const callback = async (message: JsMsg): Promise<void> => {
    try {
      await handler(delivered(message));
      message.ack();
    } catch {
      message.nak();
    }
  };
  // The client's type takes no promise but one that never succeeds.
  return consumer.consume({ callback: callback as ConsumerCallbackFn });
}

function delivered(native: JsMsg): DeliveredMessage {
  return {
    body: native.string(),
    header: (name) => native.headers?.values(name, Match.IgnoreCase)[0],
    native,
  };
}
