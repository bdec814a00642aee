import type { Context } from '@opentelemetry/api';
import type { Delivery } from './delivery.ts';
import type { HeaderRefusal } from './headers.ts';
import type { AttemptLog } from './incoming-message.ts';
import type { OutgoingMessage } from './outgoing-message.ts';
import type { PublishCall } from './publish-call.ts';
import type { OpenReceive, ReceiveCall, ReceiveQuestion } from './receive-call.ts';
import type { SettleCall } from './settle-call.ts';

/** What an adapter tells core about itself, once. */
export interface AdapterInfo {
  /** The name of the adapter's package, which becomes the instrumentation scope of its spans and metrics. */
  readonly name: string;

  /** The version of the adapter's package. */
  readonly version: string;

  /** The value of `messaging.system.name`. Its last part may stand before a pattern: `aws.sqs:` or `sqs:`. */
  readonly system: string;

  /** The client's words for what it does, as span names spell them. */
  readonly operations: {
    /** Publishing, such as `send` or `publish`. */
    readonly send: string;
    /** Asking for messages, such as `receive` or `poll`. */
    readonly receive: string;
    /** Handling a message. */
    readonly process: string;
  };

  /**
   * Whether the same message may be handled again within its own handling, each time in a span. Default `false`: a second one would
   * be a double.
   */
  readonly nests?: boolean;

  /**
   * How to switch off another instrumentation of the same client, said when one is noticed. A whole sentence: `Set
   * OTEL_NODE_DISABLED_INSTRUMENTATIONS=amqplib.` Default: nothing is said of it.
   */
  readonly otherInstrumentation?: string | undefined;
}

/**
 * The whole of what an adapter asks of core. Everything runs in the caller's stack: what the client or the handler
 * returns or throws comes back as it is, and telemetry that fails is reported without touching either.
 */
export interface Instrumenter {
  /** The header names that core reads and writes, in lower case: what an adapter has to ask its broker for. */
  readonly headerNames: readonly string[];

  /**
   * Whether there is nothing to do at the moment, as there is neither an SDK nor middleware. An adapter then makes the
   * client's own call at once, with what the caller passed.
   */
  readonly isIdle: boolean;

  /**
   * A new memory of the attempts at the messages of one log, such as a partition of Kafka as one consumer reads it. Its adapter keeps
   * it as long as the consumer reads the log, and then calls `forget()`.
   */
  attemptLog(): AttemptLog;

  /** Watches over callbacks that are bound; `undefined` unless the application asked for it (`diagnose`). */
  readonly boundCallbacks: BoundCallbacks | undefined;

  /** Publishes: publish middleware, span, injection, then `call.invoke()` inside the span's context. */
  publish<R>(call: PublishCall<R>): R;

  /** Warns through `diag` of trouble that the adapter has, the 1st, 2nd, 4th, 8th … time it happens. */
  report(text: string, detail?: unknown): void;

  /** Counts a header that was written to a message and then left out of it, as a broker had refused the message with it. */
  refused(message: OutgoingMessage, header: string, reason: HeaderRefusal): void;

  /**
   * Writes the active context and the time into a message, without a span: for what is handed on inside a program, where
   * handing it on takes no time.
   */
  capture(message: OutgoingMessage): void;

  /** Runs a handler for a delivery: extraction, decision, span, consume middleware, handler. Ends when the handler settles. */
  process<R>(delivery: Delivery, handler: () => R): R;

  /** Begins a delivery whose end is not that of its handler: an ack ends it. */
  open(delivery: Delivery): OpenDelivery;

  /** Receives: runs the call, then records what came, and remembers each message for `processMessage`. */
  receive<R>(call: ReceiveCall<R>): Promise<R>;

  /** Begins to receive by a call that answers by a callback. */
  openReceive<R>(question: ReceiveQuestion<R>): OpenReceive<R>;

  /** Settles messages: a span around `call.invoke()`. */
  settle<R>(call: SettleCall<R>): R;
}

/** Reports a callback that was bound and never ran. */
export interface BoundCallbacks {
  /** A callback was bound, and is expected to run. */
  bound(callback: object, boundary: string): void;

  /** A callback that was bound runs. */
  ran(callback: object): void;
}

/** A delivery between its arrival and its settlement. */
export interface OpenDelivery {
  /** The context that the handler runs in: the message's baggage and its consumer span. */
  readonly context: Context;

  /** Whether somebody is to be told how it ends. Where not, there is no need to end it. */
  readonly isObserved: boolean;

  /**
   * Runs the consume middleware and the handler inside {@link context}. What they give comes back; of a promise it is a derived
   * one, so that a rejection that nobody handles is still reported as unhandled.
   *
   * @param done called when they have returned or, if they return a promise, when that is settled, and told whether they
   * failed: then the delivery has ended with their error. Without it nobody waits for them.
   */
  run<R>(handler: () => R, done?: (failed: boolean) => void): R;

  /** Ends the delivery, with what it failed with if it did. Only the first call counts. */
  end(failure?: { readonly error: unknown }): void;
}
