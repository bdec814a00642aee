import { reportFailure } from '../../diag.ts';
import { activeContext, runIn } from '../../ground/run-in.ts';
import { onSettled } from '../../ground/settled.ts';
import type { Delivery } from '../../seam/delivery.ts';
import type { IncomingMessage } from '../../seam/incoming-message.ts';
import type { RememberedMessages } from '../../seam/instrumenter.ts';
import type { Environment } from '../environment.ts';
import { Operation } from '../operation.ts';
import { ProcessOperation } from './process-operation.ts';
import { forgetReceived, nameOf, type ReceivedMessage, rememberReceived } from './received-messages.ts';
import { type BatchReading, startBatch } from './start-batch.ts';
import { type MetricsRecorded, startMessage } from './start-message.ts';

/** Runs a handler in the context of its messages, in a span that ends when the handler settles. */
export function process<R>(
  env: Environment,
  delivery: Delivery,
  handler: () => R,
  metricsRecorded: MetricsRecorded = 'none',
): R {
  // Messages of a batch may be processed later, when there is something to do.
  if (delivery.batch && env.isIdle()) {
    rememberMessages(env, delivery.messages, 'none');
    return handler();
  }
  const operation = startProcess(env, delivery, metricsRecorded);
  return runIn(operation.context, () =>
    operation.isObserved ? onSettled(() => operation.handle(handler), operation) : operation.handle(handler),
  );
}

/** Starts the processing of a delivery. If that fails, the handler runs as without Waybill. */
export function startProcess(
  env: Environment,
  delivery: Delivery,
  metricsRecorded: MetricsRecorded = 'none',
): ProcessOperation {
  const active = activeContext();
  const { messages } = delivery;
  const operation = new Operation(env, 'processDuration', 'start', delivery.startedAt);
  try {
    const { instruments } = operation;
    const [message] = messages;
    if (!delivery.batch && message !== undefined) {
      // Looked up once: the policy may change before the message is handled.
      const queue = env.queueTelemetry(message);
      const { metrics } = queue;
      if (metricsRecorded === 'none' && instruments !== undefined) metrics.consumed(instruments).add(1);
      const context = startMessage(env, operation, message, queue, active, metricsRecorded, delivery);
      return new ProcessOperation(env, delivery, operation, { context, metrics });
    }
    if (metricsRecorded === 'none' && instruments !== undefined) {
      for (const each of messages) env.queueTelemetry(each).metrics.consumed(instruments).add(1);
    }
    const reading: BatchReading = { read: 0 };
    rememberMessages(env, messages, 'count', reading);
    return new ProcessOperation(
      env,
      delivery,
      operation,
      startBatch(env, operation, delivery, active, reading),
    );
  } catch (error) {
    reportFailure('Tracing a delivery', error);
    return new ProcessOperation(env, delivery, operation, { context: active, metrics: undefined });
  }
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
  const remembered = messages.map(
    (message, index) => new RememberedMessage(env, message, index, metricsRecorded, reading, outcomeOf),
  );
  for (const message of remembered) rememberReceived(message.native, message);
  return {
    unprocessed: () => remembered.flatMap((message) => (message.isProcessed ? [] : [message.message])),
    forget() {
      for (const { native } of remembered) forgetReceived(native);
    },
  };
}

class RememberedMessage implements ReceivedMessage {
  readonly message: IncomingMessage;
  isProcessed = false;
  readonly #env: Environment;
  readonly #index: number;
  readonly #metricsRecorded: MetricsRecorded;
  readonly #reading: BatchReading;
  readonly #outcomeOf: Delivery['outcomeOf'];

  constructor(
    env: Environment,
    message: IncomingMessage,
    index: number,
    metricsRecorded: MetricsRecorded,
    reading: BatchReading,
    outcomeOf: Delivery['outcomeOf'],
  ) {
    this.message = message;
    this.#env = env;
    this.#index = index;
    this.#metricsRecorded = metricsRecorded;
    this.#reading = reading;
    this.#outcomeOf = outcomeOf;
  }

  get native(): unknown {
    return this.message.native;
  }

  get orderingKey(): string | undefined {
    return this.message.orderingKey;
  }

  get name(): string {
    return nameOf(this.message);
  }

  process<R>(handler: () => R): R {
    this.isProcessed = true;
    if (this.#env.isIdle()) return handler();
    if (!this.#env.policy.current.enabled) return handler();
    const metricsRecorded = this.#index < this.#reading.read ? 'count-and-age' : this.#metricsRecorded;
    const delivery = { messages: [this.message], batch: false, outcomeOf: this.#outcomeOf };
    return process(this.#env, delivery, handler, metricsRecorded);
  }
}
