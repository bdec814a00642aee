import { trace } from '@opentelemetry/api';
import { type AmqpChannelWrapper, type AmqpTracingOptions, traceAmqpChannelWrapper } from '@waybill/amqplib';
import type { Waybill } from '@waybill/core';
import {
  activeContext,
  isThenable,
  isTraced,
  markTraced,
  noteFailure,
  overrideMethod,
  wrapFunction,
} from '@waybill/core/adapter';

/** What is overridden of an `AmqpConnection` of `@golevelup/nestjs-rabbitmq`. */
export interface GolevelupConnection {
  readonly managedChannels: Readonly<Record<string, AmqpChannelWrapper>>;
  createSubscriber(...args: never[]): unknown;
  createBatchSubscriber(...args: never[]): unknown;
  createRpc(...args: never[]): unknown;
}

type Handler = (...args: never[]) => unknown;

/** Has a handler called with messages. */
type Subscribe = (handler: Handler, ...rest: unknown[]) => unknown;

/**
 * Traces a connection of `@golevelup/nestjs-rabbitmq`: its channels as `traceAmqpConnectionManager` of `@waybill/amqplib` traces those of a
 * manager, and its handlers, whose errors the library catches: they are on the span of their message, and what the library does about
 * them is its outcome.
 *
 * `WaybillModule` does this for connections that are providers, before the handlers of the application begin to consume.
 *
 * @param options of `traceChannel`.
 * @returns the same connection.
 * @throws WaybillError `WAYBILL_WRONG_CLIENT` if it has no such channels.
 *
 * @example
 * const connection = new AmqpConnection({ uri });
 * await connection.init();
 * traceAmqpConnection(connection, waybill);
 */
export function traceAmqpConnection<C extends GolevelupConnection>(
  connection: C,
  waybill: Waybill,
  options: AmqpTracingOptions = {},
): C {
  if (isTraced(connection, waybill, 'traceAmqpConnection')) return connection;
  for (const channel of Object.values(connection.managedChannels)) {
    traceAmqpChannelWrapper(channel, waybill, options);
  }
  const client = connection as unknown as Record<(typeof subscribing)[number], Subscribe>;
  for (const method of subscribing) {
    overrideMethod(
      client,
      method,
      (original) =>
        (handler, ...rest) =>
          original.call(client, notingFailures(handler), ...rest),
    );
  }
  markTraced(connection, waybill);
  return connection;
}

const subscribing = ['createSubscriber', 'createBatchSubscriber', 'createRpc'] as const;

function notingFailures(handler: Handler): Handler {
  return wrapFunction(handler, (call) => {
    const span = trace.getSpan(activeContext());
    if (span === undefined) return call();
    const failed = (error: unknown): never => {
      noteFailure(span, error);
      throw error;
    };
    try {
      const returned = call();
      return isThenable(returned) ? returned.then(undefined, failed) : returned;
    } catch (error) {
      return failed(error);
    }
  });
}
