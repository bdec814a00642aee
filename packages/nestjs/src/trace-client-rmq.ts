import { type AmqpConnectionManager, traceAmqpConnectionManager } from '@waybill/amqplib';
import type { Waybill } from '@waybill/core';
import { overrideMethod, type Traceable } from '@waybill/core/adapter';
import { answerInCallersContext } from './answer-in-callers-context.ts';
import { type ClientMaker, onClientMade, traceNest } from './trace-nest.ts';

/** What is overridden of a `ClientRMQ`, so that a class made from it can be traced, too. */
export interface NestClientRMQ extends ClientMaker {
  consumeChannel(channel: never): Promise<void>;
}

/**
 * Traces a client of microservices on RabbitMQ: what it emits and sends carries the trace context and the baggage that are active when
 * `emit` is called, or when the stream of `send` is subscribed to, also before it is connected. Replies reach their subscribers in that
 * context, and have no spans.
 *
 * `WaybillModule` does this for clients that are providers.
 *
 * @returns the same client.
 * @throws WaybillError `WAYBILL_WRONG_CLIENT` if it is no `ClientRMQ`, or is connected already.
 *
 * @example
 * const client = traceClientRMQ(new ClientRMQ({ urls, queue: 'orders' }), waybill);
 * client.emit('order.placed', { id: 1 });
 */
export function traceClientRMQ<C extends NestClientRMQ>(client: C, waybill: Waybill): C {
  return traceNest(client, waybill, traceable, () => {
    answerInCallersContext(client);
    onClientMade(client, (manager) => traceAmqpConnectionManager(manager as AmqpConnectionManager, waybill));
    overrideMethod(
      client as NestClientRMQ,
      'consumeChannel',
      (original) => (channel) => original.call(client, withoutConsuming(channel)),
    );
  });
}

/** The channel as amqplib has it, to consume replies. */
function withoutConsuming<C extends object>(channel: C): C {
  const { consume } = Object.getPrototypeOf(channel);
  return Object.create(channel, { consume: { value: consume.bind(channel) } });
}

const traceable: Traceable = {
  by: 'traceClientRMQ',
  wanted: 'a client of RabbitMQ',
  from: 'new ClientRMQ() of @nestjs/microservices',
  methods: ['createClient', 'publish', 'consumeChannel'],
};
