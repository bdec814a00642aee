import { copySignature, DeliveryTracker, type Instrumenter, overrideMethod } from '@waybill/core/adapter';
import type { ConsumeMessage, Options } from 'amqplib';
import { type Handle, handlingOf } from '../consume.ts';
import { type Deliveries, lastTag } from '../settle.ts';
import type { AmqpTracingOptions, Tracing } from '../trace-channel.ts';
import { settlementOf } from './settlement.ts';

/** The configuration of a subscription, with what was overridden, as far as it is read. */
export interface SubscriptionConfig {
  readonly source?: unknown;
  readonly vhost?: string;
  readonly options?: Options.Consume;
}

type Listener = (this: unknown, ...about: unknown[]) => unknown;
type AckOrNack = (...args: unknown[]) => unknown;

/** The methods that add a listener, and those that remove one. */
const adding = ['on', 'addListener', 'once', 'prependListener', 'prependOnceListener'];
const removing = ['off', 'removeListener'];

/** Where the message is among what a listener of an event is given. `ackOrNack` is always the third. */
const messageAt: Readonly<Record<string, number>> = {
  message: 0,
  invalid_content: 1,
  invalid_message: 1,
  redeliveries_error: 1,
  redeliveries_exceeded: 1,
};

/** The deliveries of one subscription, which has one channel at a time. */
export class Subscription {
  readonly vhost: string | undefined;
  readonly #instrumenter: Instrumenter;
  readonly #handle: Handle;
  readonly #noAck: boolean;
  readonly #end: AmqpTracingOptions['endProcessSpan'];
  readonly #made = new WeakSet<Listener>();
  readonly #listeners = new WeakMap<Listener, Map<string, Listener>>();
  #consumer: string | undefined;
  #deliveries: Deliveries;

  constructor(tracing: Tracing, { vhost, source, options }: SubscriptionConfig, connection: object) {
    const { instrumenter } = tracing;
    this.vhost = vhost;
    this.#instrumenter = instrumenter;
    this.#handle = handlingOf(instrumenter, String(source), connection, options);
    this.#noAck = Boolean(options?.noAck);
    this.#end = tracing.options.endProcessSpan;
    this.#deliveries = this.#newDeliveries();
  }

  /** Has the listeners for messages run in the spans of their messages. */
  observe(session: object): void {
    const methods = session as Record<string, (event: string, listener: Listener) => unknown>;
    for (const method of adding) {
      overrideMethod(
        methods,
        method,
        (original) => (event, listener) => original.call(session, event, this.#traced(event, listener)),
      );
    }
    for (const method of removing) {
      overrideMethod(
        methods,
        method,
        (original) => (event, listener) =>
          original.call(session, event, this.#listeners.get(listener)?.get(event) ?? listener),
      );
    }
    methods.on?.('close', () => this.lost());
  }

  /** Ends what was delivered and not settled: its channel is gone. */
  lost(): void {
    this.#deliveries.endAll();
    this.#consumer = undefined;
  }

  #newDeliveries(): Deliveries {
    const end = this.#end ?? 'auto';
    return new DeliveryTracker(this.#instrumenter, end === 'ack' ? 'settlement' : end);
  }

  /** What runs a listener in the span of its message: the same one each time it is added. */
  #traced(event: string, listener: Listener): Listener {
    const index = Object.hasOwn(messageAt, event) ? messageAt[event] : undefined;
    if (index === undefined || typeof listener !== 'function') return listener;
    // Node.js adds what is to run once by `on`, in a function around it.
    if (this.#made.has((listener as { readonly listener?: Listener }).listener ?? listener)) return listener;
    const known = this.#listeners.get(listener) ?? new Map<string, Listener>();
    this.#listeners.set(listener, known);
    const subscription = this;
    const traced =
      known.get(event) ??
      function (this: unknown, ...about: unknown[]): unknown {
        const message = about[index] as ConsumeMessage;
        const ackOrNack = about[2];
        if (subscription.#instrumenter.isIdle || typeof ackOrNack !== 'function') {
          return listener.apply(this, about);
        }
        return subscription.#run(message, ackOrNack as AckOrNack, (settle) =>
          listener.apply(this, about.with(2, settle)),
        );
      };
    known.set(event, traced);
    this.#made.add(traced);
    return copySignature(traced, listener);
  }

  #run(message: ConsumeMessage, ackOrNack: AckOrNack, handle: (settle: AckOrNack) => unknown): unknown {
    const { deliveryTag, consumerTag } = message.fields;
    if (this.#noAck) return this.#handle(this.#deliveries, message, () => handle(ackOrNack));
    if (consumerTag !== this.#consumer) {
      // It has subscribed again, on a channel that counts from one.
      this.#deliveries.endAll();
      this.#deliveries = this.#newDeliveries();
      this.#consumer = consumerTag;
    }
    const deliveries = this.#deliveries;
    const settle: AckOrNack = (...args) => {
      const { settlement, all, failure } = settlementOf(message, args);
      const returned = ackOrNack(...args);
      if (all) deliveries.settleUpTo(lastTag, settlement);
      else deliveries.settle(deliveryTag, settlement, failure);
      return returned;
    };
    return this.#handle(deliveries, message, () => handle(settle));
  }
}
