import { answerOf, overrideMethod, traceInner } from '@waybill/core/adapter';
import { adapterInfo } from '../adapter-info.ts';
import type { Tracing } from '../trace-channel.ts';
import { connectionOf, type RascalConfig } from './broker.ts';
import { Subscription, type SubscriptionConfig } from './subscription.ts';

/** A subscription of rascal, of either API. */
interface SubscriberSession {
  readonly config: SubscriptionConfig;
  cancel(...args: unknown[]): unknown;
}

/** Traces what listeners do with the messages of the subscriptions of one broker. */
export class Subscriptions {
  readonly #tracing: Tracing;
  readonly #config: RascalConfig;
  readonly #open = new Set<Subscription>();

  constructor(tracing: Tracing, config: RascalConfig) {
    this.#tracing = tracing;
    this.#config = config;
  }

  /** Traces a subscription, before the application adds its listeners. */
  trace(subscribed: unknown): void {
    const session = subscribed as SubscriberSession;
    traceInner(session, this.#tracing.waybill, adapterInfo, () => {
      const connection = connectionOf(this.#config, session.config.vhost);
      const subscription = new Subscription(this.#tracing, session.config, connection);
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
