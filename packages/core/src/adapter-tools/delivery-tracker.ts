import { reportFailure } from '../diag.ts';
import { type Failure, isThenable } from '../ground/settled.ts';
import type { Delivery, HandlingOutcome } from '../seam/delivery.ts';
import type { IncomingMessage } from '../seam/incoming-message.ts';
import type { Instrumenter, OpenDelivery } from '../seam/instrumenter.ts';

/**
 * What ends the processing of a message that is settled by a call of its own: its handler, when it returns or its promise settles;
 * the settlement; or, with `auto`, the promise if the handler returns one and the settlement if not. A failing handler always ends
 * it.
 */
export type EndOn = 'auto' | 'handler' | 'settlement';

/** What an adapter says about a message that will be settled. */
export interface TrackedMessage<K, S> {
  readonly message: IncomingMessage;

  /** What settlements name the delivery by, such as a delivery tag. Keys of one tracker count up. */
  readonly key: K;

  /** What it was delivered to. When that is gone, the message can no longer be settled. */
  readonly consumer: unknown;

  /**
   * What becomes of the message; `undefined` where it was acknowledged, so that it does not come again.
   *
   * @param settlement how it was settled.
   * @param failure the error of its handler, if it failed.
   */
  outcomeOf(settlement: S, failure: { readonly error: unknown } | undefined): HandlingOutcome | undefined;
}

/**
 * The deliveries of a client whose processing ends later than their handlers return: when they are acknowledged, and when the channel or
 * the consumer goes away before that.
 *
 * @typeParam K what settlements name a delivery by.
 * @typeParam S how a message can be settled: acknowledged, or given back to its queue.
 *
 * @example
 * const tracker = new DeliveryTracker<number, 'ack' | 'requeue'>(instrumenter, 'auto');
 * consume((message) => tracker.run(tracked(message), () => handler(message)));
 * overrideMethod(channel, 'ack', (original) => (message) => {
 *   original.call(channel, message);
 *   tracker.settle(message.tag, 'ack');
 * });
 * channel.once('close', () => tracker.endAll());
 */
export class DeliveryTracker<K extends number, S> {
  readonly #instrumenter: Instrumenter;
  readonly #endOn: EndOn;
  readonly #open = new Map<K, TrackedDelivery<K, S>>();

  constructor(instrumenter: Instrumenter, endOn: EndOn) {
    this.#instrumenter = instrumenter;
    this.#endOn = endOn;
  }

  /**
   * Runs the handler of a message, and keeps the delivery until it has ended.
   *
   * @returns what the handler returns; for a promise, one derived from it.
   */
  run<R>(tracked: TrackedMessage<K, S>, handler: () => R): R {
    const delivery = new TrackedDelivery(tracked);
    const open = this.#instrumenter.open(delivery);
    // The end has nothing to do, so the delivery is not tracked.
    if (!open.isObserved) return open.run(handler);
    delivery.open = open;
    this.#open.set(tracked.key, delivery);
    let called = false;
    let promised = false;
    return open.run(
      () => {
        called = true;
        const returned = handler();
        promised = isThenable(returned);
        return returned;
      },
      (failed) => {
        delivery.running = false;
        const isOver =
          failed || !called || (promised ? this.#endOn !== 'settlement' : this.#endOn === 'handler');
        if (isOver || delivery.isSettled) this.#end(delivery);
      },
    );
  }

  /**
   * Notes how a message was settled. Only the first settlement counts.
   *
   * @param failure what its handler says that it failed with. An error that the handler throws comes first.
   */
  settle(key: K, settlement: S, failure?: Failure): void {
    const delivery = this.#open.get(key);
    if (delivery !== undefined) this.#settle(delivery, { settlement, failure });
  }

  /** Notes how all messages up to one were settled; `Infinity` means all. */
  settleUpTo(key: number, settlement: S): void {
    for (const delivery of this.#open.values()) {
      if (delivery.tracked.key > key) return;
      this.#settle(delivery, { settlement });
    }
  }

  /** Ends the deliveries of a consumer that is gone. A handler that still runs ends its own delivery. */
  endOf(consumer: unknown): void {
    for (const delivery of this.#open.values()) {
      if (delivery.tracked.consumer === consumer && !delivery.running) this.#settle(delivery, 'lost');
    }
  }

  /** Ends all deliveries when the channel is gone. One that was settled still waits for its handler. */
  endAll(): void {
    for (const delivery of this.#open.values()) {
      if (delivery.isSettled) continue;
      delivery.settle('lost');
      this.#end(delivery);
    }
  }

  #settle(delivery: TrackedDelivery<K, S>, settled: Settled<S>): void {
    if (delivery.isSettled) return;
    delivery.settle(settled);
    const waitsForHandler = delivery.running && this.#endOn !== 'settlement';
    if (!waitsForHandler) this.#end(delivery);
  }

  #end(delivery: TrackedDelivery<K, S>): void {
    this.#open.delete(delivery.tracked.key);
    const { settled } = delivery;
    if (settled === undefined) delivery.open?.mayComeAgain();
    delivery.open?.end(settled === 'lost' ? undefined : settled?.failure);
  }
}

/** How a message was settled, or that it can no longer be settled. */
type Settled<S> = { readonly settlement: S; readonly failure?: Failure | undefined } | 'lost';

class TrackedDelivery<K, S> implements Delivery {
  readonly messages: readonly [IncomingMessage];
  readonly batch = false;
  readonly tellsWhetherItComesAgain = true;
  readonly tracked: TrackedMessage<K, S>;
  open: OpenDelivery | undefined;

  /** Whether its handler, or the promise that it returned, is not done. */
  running = true;
  settled: Settled<S> | undefined;

  constructor(tracked: TrackedMessage<K, S>) {
    this.tracked = tracked;
    this.messages = [tracked.message];
  }

  get isSettled(): boolean {
    return this.settled !== undefined;
  }

  /** What is not acknowledged the broker may deliver again at once, before the handler is done. */
  settle(settled: Settled<S>): void {
    this.settled = settled;
    try {
      if (this.outcomeOf(undefined) !== undefined) this.open?.mayComeAgain();
    } catch (error) {
      reportFailure('Telling an outcome', error);
    }
  }

  outcomeOf(failure: { readonly error: unknown } | undefined): HandlingOutcome | undefined {
    if (this.settled === undefined) return undefined;
    return this.settled === 'lost' ? 'unsettled' : this.tracked.outcomeOf(this.settled.settlement, failure);
  }
}
