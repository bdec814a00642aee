import type { Attributes } from '@opentelemetry/api';
import { report, safely } from '../../diag.ts';
import { activeContext, runIn } from '../../ground/run-in.ts';
import { onSettled } from '../../ground/settled.ts';
import type { Instruments } from '../../metrics/instruments.ts';
import { show } from '../../policy/validate-policy.ts';
import type { Delivery } from '../../seam/delivery.ts';
import type { IncomingMessage } from '../../seam/incoming-message.ts';
import { attribute } from '../../semantic-conventions/telemetry-names.ts';
import type { Environment } from '../environment.ts';
import { Handling } from './process-operation.ts';
import { type Processing, untraced } from './processing.ts';
import { type ReceivedMessage, rememberReceived } from './received-messages.ts';
import { type BatchReading, beginBatch } from './start-batch.ts';
import { beginMessage } from './start-message.ts';

/** Which metrics a message is in already: none; the count of messages; that and the one of their age. */
export type Accounted = 'not' | 'counted' | 'aged';

/** Runs a handler in the context of what it handles, in a span that ends when the handler settles. */
export function process<R>(
  env: Environment,
  delivery: Delivery,
  handler: () => R,
  accounted: Accounted = 'not',
): R {
  const handling = open(env, delivery, accounted);
  return runIn(handling.context, () =>
    handling.isObserved ? onSettled(() => handling.handle(handler), handling) : handling.handle(handler),
  );
}

/** Begins a delivery whose end its adapter reports. */
export function open(env: Environment, delivery: Delivery, accounted: Accounted = 'not'): Handling {
  const instruments = env.instruments();
  return new Handling(env, delivery, begin(env, delivery, accounted, instruments), instruments);
}

/** Remembers messages, so that the application can have each processed later by what its client gave it. */
export function rememberMessages(
  env: Environment,
  messages: readonly IncomingMessage[],
  reading: BatchReading = { read: 0 },
): void {
  let index = 0;
  for (const message of messages) {
    rememberReceived(message.native, new RememberedMessage(env, message, index, reading));
    index += 1;
  }
}

class RememberedMessage implements ReceivedMessage {
  readonly #env: Environment;
  readonly #message: IncomingMessage;
  readonly #index: number;
  readonly #reading: BatchReading;

  constructor(env: Environment, message: IncomingMessage, index: number, reading: BatchReading) {
    this.#env = env;
    this.#message = message;
    this.#index = index;
    this.#reading = reading;
  }

  get orderingKey(): string | undefined {
    return this.#message.orderingKey;
  }

  get name(): string {
    return safely('Naming a message', () => nameOf(this.#message)) ?? 'a message without a name';
  }

  process<R>(handler: () => R): R {
    const accounted = this.#index < this.#reading.read ? 'aged' : 'counted';
    return process(this.#env, { messages: [this.#message], batch: false }, handler, accounted);
  }
}

function nameOf(message: IncomingMessage): string {
  const { destination, position, id } = message;
  const attributes: Attributes = {};
  message.describe(attributes);
  const partition = attributes[attribute.destinationPartitionId];
  const parts = [destination.slice(0, 256)];
  if (partition !== undefined) parts.push(`partition ${partition}`);
  if (position !== undefined) parts.push(`offset ${position}`);
  if (id !== undefined) parts.push(`id ${show(id)}`);
  return parts.join(', ');
}

function begin(
  env: Environment,
  delivery: Delivery,
  accounted: Accounted,
  instruments: Instruments | undefined,
): Processing {
  const active = activeContext();
  const { messages } = delivery;
  try {
    if (accounted === 'not' && instruments !== undefined) {
      for (const message of messages) env.planFor(message).consumedTally(instruments).add(1);
    }
    const [message] = messages;
    if (!delivery.batch && message !== undefined)
      return beginMessage(env, message, active, accounted, instruments);
    const reading = { read: 0 };
    rememberMessages(env, messages, reading);
    return beginBatch(env, delivery, active, reading, instruments);
  } catch (error) {
    report('Tracing a delivery failed; messages are not affected', error);
    return untraced(active);
  }
}
