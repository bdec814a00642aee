import type { Delivery } from '../../seam/delivery.ts';
import type { IncomingMessage } from '../../seam/incoming-message.ts';
import type { RememberedMessages } from '../../seam/instrumenter.ts';
import type { Environment } from '../environment.ts';
import { type MetricsRecorded, ProcessOperation } from './process-operation.ts';
import {
  forgetReceived,
  messageName,
  type ProcessableMessage,
  rememberReceived,
} from './received-messages.ts';
import { startMessage } from './start-message.ts';

/** How much of a batch was read for the links of its span. */
export interface BatchReading {
  /** The number of messages that were read, from the first on. */
  read: number;
}

/**
 * Remembers messages, so the application can later process each by the object that its client gave it.
 *
 * @param metricsRecorded the metrics that already have all of them.
 * @param reading how much of a batch was read: those messages are also in the metric of ages.
 */
export function rememberMessages(
  env: Environment,
  messages: readonly IncomingMessage[],
  metricsRecorded: MetricsRecorded,
  reading: BatchReading = { read: 0 },
  outcomeOf?: Delivery['outcomeOf'],
): RememberedMessages {
  const received: ReceivedTogether = { env, metricsRecorded, reading, outcomeOf };
  const remembered = messages.map((message, index) => new RememberedMessage(received, message, index));
  for (const each of remembered) rememberReceived(each.message.native, each);
  return {
    unprocessed: () => remembered.flatMap(({ isProcessed, message }) => (isProcessed ? [] : [message])),
    forget() {
      for (const { message } of remembered) forgetReceived(message.native);
    },
  };
}

/** What is the same for all messages that were received together. */
interface ReceivedTogether {
  readonly env: Environment;
  readonly metricsRecorded: MetricsRecorded;
  readonly reading: BatchReading;
  readonly outcomeOf: Delivery['outcomeOf'];
}

class RememberedMessage implements ProcessableMessage {
  readonly message: IncomingMessage;
  isProcessed = false;
  readonly #received: ReceivedTogether;
  readonly #index: number;

  constructor(received: ReceivedTogether, message: IncomingMessage, index: number) {
    this.#received = received;
    this.message = message;
    this.#index = index;
  }

  get orderingKey(): string | undefined {
    return this.message.orderingKey;
  }

  get name(): string {
    return messageName(this.message);
  }

  process<R>(handler: () => R): R {
    this.isProcessed = true;
    const { env, reading, outcomeOf } = this.#received;
    if (env.isIdle()) return handler();
    const metricsRecorded = this.#index < reading.read ? 'count-and-age' : this.#received.metricsRecorded;
    const delivery = { messages: [this.message], batch: false, outcomeOf };
    return new ProcessOperation(env, delivery, startMessage, metricsRecorded).runToEnd(handler);
  }
}
