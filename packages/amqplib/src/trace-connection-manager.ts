import {
  answerOf,
  type Instrumenter,
  overrideMethod,
  overridePublish,
  type PublishCall,
  type Settle,
  type Traceable,
  traceInner,
  traceOnce,
  type Waybill,
} from '@waybill/core/adapter';
import type { Options } from 'amqplib';
import { adapterInfo } from './adapter-info.ts';
import { showingPromise } from './consume.ts';
import { type FindDestination, findDestination } from './destination.ts';
import { AmqpOutgoingMessage } from './outgoing-message.ts';
import { asTraced, isSendable } from './publish.ts';
import type { AmqpTracingOptions } from './trace-channel.ts';
import { type AmqpConnection, traceInnerConnection } from './trace-connection.ts';

/** What is overridden of a manager, and read of it. */
export interface AmqpConnectionManager {
  /** The connection that there is; `undefined` while there is none. */
  readonly connection: unknown;
  createChannel(...args: never[]): unknown;
  prependListener(event: 'connect', listener: (about: { connection: never }) => void): unknown;
}

/** What is overridden of a channel that a manager makes. */
export interface ManagedChannel {
  publish(
    exchange: string,
    routingKey: string,
    content: unknown,
    options?: PublishOptions,
    done?: Done,
  ): unknown;
  sendToQueue(queue: string, content: unknown, options?: PublishOptions, done?: Done): unknown;
  consume(queue: string, onMessage: (message: never) => unknown, ...rest: unknown[]): unknown;
}

interface PublishOptions extends Options.Publish {
  /** How long the wrapper keeps it, in ms. */
  readonly timeout?: number | undefined;
}

type Done = (...answer: unknown[]) => void;

/** The least that an amqplib asks its broker for, where there was no connection yet that says more. */
export const leastFrame: { readonly frameMax: number } = { frameMax: 4_096 };

/**
 * Traces every channel that a manager of `amqp-connection-manager` (5) makes. What is published while there is no connection carries the
 * trace context, the baggage and the time of the call, and follows the policy of the call; its one span lasts until the broker has it. What
 * `setup` functions and consumers do with the channels of amqplib inside is traced as by `traceConnection`.
 *
 * Trace the manager before it makes channels: those that it has made are out of reach.
 *
 * @returns the same manager.
 * @throws WaybillError `invalid-configuration` if it is no manager of `amqp-connection-manager`.
 *
 * @example
 * const manager = traceAmqpConnectionManager(connect(['amqp://localhost']), waybill);
 * const channel = manager.createChannel({ setup: (channel) => channel.assertQueue('orders') });
 * await channel.sendToQueue('orders', Buffer.from('one chair'));
 */
export function traceAmqpConnectionManager<M extends AmqpConnectionManager>(
  manager: M,
  waybill: Waybill,
  options: AmqpTracingOptions = {},
): M {
  return traceOnce(manager, waybill, adapterInfo, traceable, (instrumenter) => {
    let find = findDestination(undefined, leastFrame);
    const connected = (connection: unknown): void => {
      traceInnerConnection(connection as AmqpConnection, { waybill, instrumenter, options });
      // What all channels of a connection have as theirs.
      const { connection: shared } = Object(connection) as { readonly connection?: unknown };
      if (typeof shared === 'object' && shared !== null) find = findDestination(undefined, shared);
    };
    overrideMethod(manager as AmqpConnectionManager, 'createChannel', (original) => (...args) => {
      const channel = original.apply(manager, args) as ManagedChannel;
      return traceInner(channel, waybill, adapterInfo, () =>
        traceManagedChannel(channel, instrumenter, (exchange, routingKey) => find(exchange, routingKey)),
      );
    });
    if (manager.connection !== undefined) connected(manager.connection);
    // Before the channels, which each make one of amqplib when they hear of it.
    manager.prependListener('connect', ({ connection }) => connected(connection));
  });
}

/** Overrides what is traced of a channel that a manager made. */
export function traceManagedChannel(
  channel: ManagedChannel,
  instrumenter: Instrumenter,
  find: FindDestination,
): void {
  overridePublish(channel, 'publish', instrumenter, (bare, exchange, routingKey, content, options, done) =>
    publishCall(find, exchange, routingKey, content, options, (written, settle) =>
      answerOf(channel, bare, [exchange, routingKey, content, written, done], settle),
    ),
  );
  overridePublish(channel, 'sendToQueue', instrumenter, (bare, queue, content, options, done) =>
    publishCall(find, '', queue, content, options, (written, settle) =>
      answerOf(channel, bare, [queue, content, written, done], settle),
    ),
  );
  overrideMethod(
    channel,
    'consume',
    (original) =>
      (queue, onMessage, ...rest) =>
        original.call(channel, queue, showingPromise(onMessage), ...rest),
  );
}

/** @param send makes the client's call, which it answers by a promise or by a callback. */
function publishCall(
  find: FindDestination,
  exchange: string,
  routingKey: string,
  content: unknown,
  options: PublishOptions | undefined,
  send: (written: PublishOptions, settle: Settle) => unknown,
): PublishCall<unknown> | undefined {
  if (!isSendable(exchange, routingKey, options)) return undefined;
  // As the client copies them, except for what it reads first.
  const own = { ...options, ...(options?.timeout === undefined ? {} : { timeout: options.timeout }) };
  const outgoing = new AmqpOutgoingMessage(find(exchange, routingKey), content, own);
  return {
    messages: [outgoing],
    batch: false,
    completes: 'callback',
    invoke: (done, note) => send(asTraced(outgoing.copy, note), (failure) => done(failure?.error)),
  };
}

const traceable: Traceable = {
  by: 'traceAmqpConnectionManager',
  wanted: 'a manager of amqp-connection-manager',
  from: 'connect() of amqp-connection-manager',
  methods: ['createChannel', 'prependListener', 'isConnected'],
};
