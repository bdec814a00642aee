import { randomUUID } from 'node:crypto';
import { AmqplibInstrumentation } from '@opentelemetry/instrumentation-amqplib';
import * as bareLibrary from 'amqplib';
import { Arrivals } from '../arrivals.ts';
import type { Client, Tracing } from '../client.ts';
import { patchedCopy } from '../patched-copy.ts';
import { bareClasses, channelModule, openChannel } from './channel-stand-in.ts';
import { handWrittenHandler, handWrittenSend } from './hand-written.ts';

/** amqplib: `sendToQueue`, and a handler that acknowledges. */
export const amqplib: Client = {
  name: 'amqplib',
  module: 'amqplib',
  broker: 'rabbitmq',

  async openStandIn(tracing, { queues = 1, unsettled = false }) {
    const channel = openChannel(load(channelModule, bareClasses, tracing));
    const { send, consume } = traced(channel, tracing);
    const names = Array.from({ length: queues }, (_, index) => (index === 0 ? 'orders' : `orders-${index}`));
    for (const name of names) {
      await consume(name, (message) => {
        if (message !== null && !unsettled) channel.ack(message);
      });
    }
    const content = Buffer.from('one');
    let turn = 0;
    return () => {
      send(names[turn++ % queues] ?? '', content);
    };
  },

  async openOnBroker(url, tracing) {
    const { connect } = load('amqplib', bareLibrary, tracing);
    const connection = await connect(url, { noDelay: true });
    const channel = await connection.createChannel();
    const { send, consume } = traced(channel, tracing);
    const { queue } = await channel.assertQueue(`bench-${randomUUID()}`, { autoDelete: true });
    const arrivals = new Arrivals();
    await consume(queue, (message) => {
      if (message === null) return;
      channel.ack(message);
      arrivals.tell(String(message.content));
    });
    return {
      async publishAndProcess() {
        const id = randomUUID();
        const processed = arrivals.of(id);
        send(queue, Buffer.from(id));
        await processed;
      },
      close: () => connection.close(),
    };
  },
};

/** A module of amqplib: the copy that is given, or one that the instrumentation has patched. */
function load<Module>(path: string, bare: Module, { by }: Tracing): Module {
  return by === 'contrib'
    ? patchedCopy<Module>(new AmqplibInstrumentation(), path, /[\\/]amqplib[\\/]/)
    : bare;
}

interface Traced {
  readonly send: bareLibrary.Channel['sendToQueue'];
  readonly consume: (queue: string, handler: Handler) => Promise<unknown>;
}

type Handler = (message: bareLibrary.ConsumeMessage | null) => void;

function traced(channel: bareLibrary.Channel, tracing: Tracing): Traced {
  if (tracing.by === 'hand-written') {
    const { spans } = tracing;
    return {
      send: handWrittenSend(channel, spans),
      consume: (queue, handler) => channel.consume(queue, handWrittenHandler(queue, handler, spans)),
    };
  }
  if (tracing.by === 'waybill') tracing.packages.amqplib.traceChannel(channel, tracing.waybill);
  return {
    send: (...message) => channel.sendToQueue(...message),
    consume: (queue, handler) => channel.consume(queue, handler),
  };
}
