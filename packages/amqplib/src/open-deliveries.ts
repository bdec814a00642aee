import type { OpenDelivery } from '@waybill/core/adapter';
import type { AmqpTracingOptions } from './amqp-tracing-options.ts';
import type { Settlement, UnsettledMessage } from './unsettled-message.ts';

/** A message that is to be settled, and what to end when it is. */
interface Unsettled {
  readonly message: UnsettledMessage;
  readonly delivery: OpenDelivery;
}

/**
 * The deliveries of a channel whose spans have not ended, by their tags, which count up. A span ends when the handler's promise
 * settles; without a promise, when the message was settled and the handler has returned; and when the channel or the consumer
 * goes away.
 */
export class OpenDeliveries {
  readonly #open = new Map<number, Unsettled>();
  readonly #waitForHandler: boolean;

  constructor({ endProcessSpan = 'auto' }: AmqpTracingOptions) {
    this.#waitForHandler = endProcessSpan !== 'ack';
  }

  /**
   * Keeps a delivery until it has ended.
   *
   * @returns to be called when its handler is done, and told whether that leaves nothing to wait for.
   */
  add(message: UnsettledMessage, delivery: OpenDelivery): (isOver: boolean) => void {
    const unsettled: Unsettled = { message, delivery };
    const { deliveryTag } = message.fields;
    this.#open.set(deliveryTag, unsettled);
    return (isOver) => {
      message.running = false;
      if (isOver || message.settlement !== undefined) this.#end(deliveryTag, unsettled);
    };
  }

  /** Notes how a message was settled. */
  settle(deliveryTag: number, settlement: Settlement): void {
    const unsettled = this.#open.get(deliveryTag);
    if (unsettled !== undefined) this.#settle(deliveryTag, unsettled, settlement);
  }

  /** Notes how all messages up to one were settled. */
  settleUpTo(deliveryTag: number, settlement: Settlement): void {
    for (const [tag, unsettled] of this.#open) {
      if (tag > deliveryTag) return;
      this.#settle(tag, unsettled, settlement);
    }
  }

  /** Ends what nobody will settle any more as a consumer is gone. A handler that is not done will still end its own. */
  endOf(consumerTag: string): void {
    for (const [tag, unsettled] of this.#open) {
      const { fields, running } = unsettled.message;
      if (fields.consumerTag === consumerTag && !running) this.#settle(tag, unsettled, 'lost');
    }
  }

  /** Ends what nobody can settle any more as the channel is closed. What was settled waits for its handler only. */
  endAll(): void {
    for (const [tag, unsettled] of this.#open) {
      if (unsettled.message.settlement !== undefined) continue;
      unsettled.message.settlement = 'lost';
      this.#end(tag, unsettled);
    }
  }

  #settle(deliveryTag: number, unsettled: Unsettled, settlement: Settlement): void {
    const { message } = unsettled;
    if (message.settlement !== undefined) return;
    message.settlement = settlement;
    if (!(message.running && this.#waitForHandler)) this.#end(deliveryTag, unsettled);
  }

  #end(deliveryTag: number, { delivery }: Unsettled): void {
    this.#open.delete(deliveryTag);
    delivery.end();
  }
}
