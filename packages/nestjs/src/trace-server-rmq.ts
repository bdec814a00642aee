import {
  type AmqpConnectionManager,
  type AmqpTracingOptions,
  traceAmqpConnectionManager,
} from '@waybill/amqplib';
import type { Waybill } from '@waybill/core';
import type { Traceable } from '@waybill/core/adapter';
import { type NestServer, serverMethods, traceHandlers } from './trace-handlers.ts';
import { onClientMade, traceNest } from './trace-nest.ts';

/** What is overridden of a `ServerRMQ`, so that a class made from it can be traced, too. */
export interface NestServerRMQ extends NestServer {
  setupChannel(...args: never[]): unknown;
}

/**
 * Traces the server of a microservice on RabbitMQ: each message is handled in a span, in which guards, pipes, interceptors, handlers and
 * exception filters run, and which has what they fail with. It ends when the stream of the handler has ended. Replies carry the context
 * that they are sent in.
 *
 * The connection is traced as by `traceAmqpConnectionManager` of `@waybill/amqplib`, so what handlers publish by the channel of their
 * `RmqContext` is traced, too.
 *
 * @param options of `traceChannel`.
 * @returns the same server.
 * @throws WaybillError `WAYBILL_WRONG_CLIENT` if it is no `ServerRMQ`, or listens already.
 *
 * @example
 * const server = traceServerRMQ(new ServerRMQ({ urls, queue: 'orders', noAck: false }), app.get(WAYBILL));
 * app.connectMicroservice({ strategy: server });
 */
export function traceServerRMQ<S extends NestServerRMQ>(
  server: S,
  waybill: Waybill,
  options: AmqpTracingOptions = {},
): S {
  return traceNest(server, waybill, traceable, () => {
    traceHandlers(server, true);
    onClientMade(server, (manager) =>
      traceAmqpConnectionManager(manager as AmqpConnectionManager, waybill, options),
    );
  });
}

const traceable: Traceable = {
  by: 'traceServerRMQ',
  wanted: 'a server of RabbitMQ',
  from: 'new ServerRMQ() of @nestjs/microservices',
  methods: [...serverMethods, 'setupChannel'],
};
