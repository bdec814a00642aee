import { answerOf, type Instrumenter, overrideMethod, traceInner, type Waybill } from '@waybill/core/adapter';
import { adapterInfo } from '../adapter-info.ts';
import type { AmqpTracingOptions } from '../trace-channel.ts';
import { connectionOf, type RascalConfig } from './broker.ts';
import { Subscription, type SubscriptionConfig } from './subscription.ts';

/** A subscription of rascal, of either API. */
interface SubscriberSession {
  readonly config: SubscriptionConfig;
  cancel(...args: unknown[]): unknown;
}

/** Traces what listeners do with the messages of the subscriptions of one broker. */
export class Subscriptions {
  readonly #waybill: Waybill;
  readonly #instrumenter: Instrumenter;
  readonly #config: RascalConfig;
  readonly #options: AmqpTracingOptions;
  readonly #open = new Set<Subscription>();

  constructor(
    waybill: Waybill,
    instrumenter: Instrumenter,
    config: RascalConfig,
    options: AmqpTracingOptions,
  ) {
    this.#waybill = waybill;
    this.#instrumenter = instrumenter;
    this.#config = config;
    this.#options = options;
  }

  /** Traces a subscription, before the application adds its listeners. */
  trace(subscribed: unknown): void {
    const session = subscribed as SubscriberSession;
    traceInner(session, this.#waybill, adapterInfo, () => {
      const connection = connectionOf(this.#config, session.config.vhost);
      const subscription = new Subscription(this.#instrumenter, session.config, connection, this.#options);
      subscription.observe(session);
      this.#open.add(subscription);
      overrideMethod(
        session,
        'cancel',
        (original) =>
          (...args) =>
            answerOf(session, original, args, () => {
              subscription.lost();
              this.#open.delete(subscription);
            }),
      );
    });
  }

  /** Ends what was delivered and not settled, when the connection of a virtual host is gone; without its name, of all of them. */
  lost(vhost: unknown): void {
    for (const subscription of this.#open) {
      if (typeof vhost !== 'string' || subscription.vhost === vhost) subscription.lost();
    }
  }
}
