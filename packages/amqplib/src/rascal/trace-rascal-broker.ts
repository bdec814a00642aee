import { overrideMethod, type Traceable, traceOnce, type Waybill } from '@waybill/core/adapter';
import { adapterInfo } from '../adapter-info.ts';
import { noteQueue } from '../declared-queues.ts';
import type { AmqpTracingOptions, Tracing } from '../trace-channel.ts';
import {
  answerOfBroker,
  type BrokerMethods,
  closingMethods,
  connectionOf,
  type RascalConfig,
} from './broker.ts';
import { tracePublications } from './publish.ts';
import { Subscriptions } from './subscriptions.ts';

/** What is overridden of a broker of rascal, of the API with promises and of that with callbacks, and read of it. */
export interface RascalBroker {
  readonly config: object;
  publish(name: string, message: never, ...rest: never[]): unknown;
  forward(name: string, message: never, ...rest: never[]): unknown;
  subscribe(name: string, ...rest: never[]): unknown;
  subscribeAll(...rest: never[]): unknown;
  on(event: string, listener: () => void): unknown;
}

/**
 * Traces a broker of `rascal` (21), of the API with promises or with callbacks. What is published or forwarded carries the trace context and
 * the baggage that are active at the call, which rascal loses: it publishes through a pool of channels, in the context of whatever waited for
 * a channel. Listeners for messages run in a span that is a child of their message's trace or links to it, as the policy says, and
 * `ackOrNack` settles it.
 *
 * The span of a publish ends with the event `success`, `error` or `close` of its publication, whose listeners run in the context of the
 * call. Sessions that were subscribed before, and shovels, are out of reach.
 *
 * @returns the same broker.
 * @throws WaybillError `invalid-configuration` if it is no broker of rascal, such as a promise or a configuration.
 *
 * @example
 * const broker = traceRascalBroker(await BrokerAsPromised.create(withDefaultConfig(config)), waybill);
 * await broker.publish('orders', { chairs: 1 });
 * const subscription = await broker.subscribe('orders');
 * subscription.on('message', async (message, content, ackOrNack) => {
 *   await ship(content);
 *   ackOrNack();
 * });
 */
export function traceRascalBroker<B extends RascalBroker>(
  broker: B,
  waybill: Waybill,
  options: AmqpTracingOptions = {},
): B {
  return traceOnce(broker, waybill, adapterInfo, traceable, (instrumenter) =>
    traceBroker(broker, { waybill, instrumenter, options }),
  );
}

function traceBroker(broker: RascalBroker, tracing: Tracing): void {
  const methods = broker as unknown as BrokerMethods;
  const config = broker.config as RascalConfig;
  noteQueues(config);
  tracePublications(methods, config, tracing.instrumenter);
  const subscriptions = new Subscriptions(tracing, config);
  for (const method of ['subscribe', 'subscribeAll'] as const) {
    overrideMethod(
      methods,
      method,
      (original) =>
        (...args) =>
          answerOfBroker(methods, original, args, (failure, subscribed) => {
            if (failure === undefined)
              for (const session of [subscribed].flat()) subscriptions.trace(session);
          }),
    );
  }
  for (const method of closingMethods) {
    if (typeof methods[method] !== 'function') continue;
    overrideMethod(
      methods,
      method,
      (original) =>
        (...args) =>
          answerOfBroker(methods, original, args, () => subscriptions.lost(undefined)),
    );
  }
  // It hears the event of a virtual host, which is what such a listener is called on.
  broker.on('disconnect', function (this: unknown) {
    subscriptions.lost((Object(this) as { readonly name?: unknown }).name);
  });
}

function noteQueues(config: RascalConfig): void {
  for (const [name, { queues = {} }] of Object.entries(config.vhosts ?? {})) {
    for (const { fullyQualifiedName, options } of Object.values(queues)) {
      noteQueue(connectionOf(config, name), fullyQualifiedName, options);
    }
  }
}

const traceable: Traceable = {
  by: 'traceRascalBroker',
  wanted: 'a broker of rascal',
  from: 'BrokerAsPromised.create() of rascal',
  methods: ['publish', 'forward', 'subscribe', 'subscribeAll', 'on'],
};
