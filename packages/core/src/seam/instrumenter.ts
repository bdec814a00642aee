import type { Attributes, Context } from '@opentelemetry/api';
import type {
  CommandCall,
  OpenReceive,
  PublishCall,
  ReceiveCall,
  ReceiveQuestion,
  SettleCall,
} from './calls.ts';
import type { Delivery } from './delivery.ts';
import type { HeaderRefusal } from './headers.ts';
import type { AttemptLog, IncomingMessage } from './incoming-message.ts';
import type { OutgoingMessage } from './outgoing-message.ts';

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
   * Whether a message may be processed again inside its own processing, each time in a span of its own. Default `false`: the second
   * time joins the span of the first.
   */
  readonly nests?: boolean;

  /** The formats of envelopes inside bodies that it reads headers from, for the rule `envelope`. Default: none. */
  readonly envelopes?: readonly string[];

  /**
   * How to switch off another instrumentation of the same client. The warning about such an instrumentation ends with it. A whole
   * sentence: `Set OTEL_NODE_DISABLED_INSTRUMENTATIONS=amqplib.` Default: the warning gives no advice.
   */
  readonly otherInstrumentation?: string | undefined;

  /** The name of Sentry's integration that traces the same client, such as `Amqplib`. Default: there is none. */
  readonly sentryIntegration?: string | undefined;
}

/**
 * Everything that an adapter asks of core. All methods run in the caller's stack. What the client or the handler returns or throws
 * comes back unchanged. A failure of telemetry is reported through `diag` and affects neither.
 */
export interface Instrumenter {
  /** The header names that core reads and writes, in lower case: what an adapter has to ask its broker for. */
  readonly headerNames: readonly string[];

  /**
   * Whether there is nothing to do at the moment, because Waybill is switched off, or there is neither an SDK nor middleware. The adapter
   * then calls the client's own method with what the caller passed.
   */
  readonly isIdle: boolean;

  /**
   * Whether Waybill is switched off for as long as the process runs. The adapter then leaves the client as it is; `traceOnce` does so by
   * itself.
   */
  readonly isDisabled: boolean;

  /**
   * Whether there is consume middleware. An adapter whose client runs the handlers itself cannot run it, and reports that.
   */
  readonly hasConsumeMiddleware: boolean;

  /**
   * Creates a memory of the attempts at the messages of one log, such as a partition that one consumer reads. The adapter keeps it while
   * the consumer reads the log, and then calls `forget()`.
   */
  attemptLog(): AttemptLog;

  /** Reports bound callbacks that never run; `undefined` unless the application asked for it (`diagnose`). */
  readonly boundCallbacks: BoundCallbacks | undefined;

  /** Publishes messages: runs the publish middleware, starts the span, injects its context, and calls `call.invoke()` in it. */
  publish<R>(call: PublishCall<R>): R;

  /**
   * Warns through `diag` of a problem of the adapter, the 1st, 2nd, 4th, 8th … time it happens.
   *
   * @param code names the problem in capitals, such as `WAYBILL_KAFKA_TOO_LARGE`. The text ends with it, and the adapter's documentation
   * says under it what to do.
   */
  report(code: string, text: string, detail?: unknown): void;

  /**
   * Emits a process warning, of the type `WaybillWarning`, of a set-up that keeps Waybill from working: each code once for each Waybill.
   *
   * @param code `docs/errors.md` has an entry for it.
   */
  warn(code: `WAYBILL_${string}`, text: string): void;

  /** Counts a header that was written and then removed, because the broker refused the message with it. */
  refused(message: OutgoingMessage, header: string, reason: HeaderRefusal): void;

  /**
   * Writes the active context and the time into a message, without a span. It is for work that is handed on inside a program, which
   * takes no time.
   */
  capture(message: OutgoingMessage): void;

  /**
   * Processes a delivery: extracts its context, decides on the relation, starts the span, and runs the consume middleware and the
   * handler. The span ends when the handler settles.
   */
  process<R>(delivery: Delivery, handler: () => R): R;

  /** Opens a delivery that ends on acknowledgement, not when its handler returns. */
  open(delivery: Delivery): OpenDelivery;

  /** Receives messages: runs the call, records what came, and remembers each message for `processMessage`. */
  receive<R>(call: ReceiveCall<R>): Promise<R>;

  /** Starts a receive whose client answers by a callback. */
  openReceive<R>(question: ReceiveQuestion<R>): OpenReceive<R>;

  /**
   * Remembers messages that reach the application neither by a handler nor by a receive call, such as those of an async iterator or of
   * the event of a function. `processMessage` then handles each by its `native`. A message that is remembered already stays as it is.
   *
   * @param outcomeOf as {@link Delivery.outcomeOf}, for each of them.
   */
  remember(messages: readonly IncomingMessage[], outcomeOf?: Delivery['outcomeOf']): RememberedMessages;

  /** Settles messages: calls `call.invoke()` in a span. */
  settle<R>(call: SettleCall<R>): R;

  /** Makes a call that does not send, receive or settle messages: calls `call.invoke()` in a span. */
  command<R>(call: CommandCall<R>): R;

  /**
   * Has the providers of spans and metrics export what they hold, where they can. What fails is reported through `diag`.
   *
   * @param timeout the longest that it takes, in ms. What is not exported by then stays with its provider.
   */
  flush(timeout: number): Promise<void>;
}

/** Messages that were remembered for `processMessage`. */
export interface RememberedMessages {
  /** Those of them whose processing has not started yet. */
  unprocessed(): readonly IncomingMessage[];

  /** Forgets them, when they cannot be processed any more. They need not be forgotten, but it saves the collection of garbage work. */
  forget(): void;
}

/** Reports a callback that was bound and never ran. */
export interface BoundCallbacks {
  /** A callback was bound, and is expected to run. */
  bound(callback: object, boundary: string): void;

  /** A callback that was bound runs. */
  ran(callback: object): void;
}

/** A delivery that has been started and has not ended. */
export interface OpenDelivery {
  /** The context that the handler runs in: the message's baggage and its consumer span. */
  readonly context: Context;

  /** Whether {@link end} has anything to do. Where it has not, the adapter need not call it. */
  readonly isObserved: boolean;

  /**
   * Runs the consume middleware and the handler inside {@link context}, and returns what they return. Of a promise it returns a derived
   * one, so that an unhandled rejection is still reported as unhandled.
   *
   * @param done is called when they have returned, or when the promise that they returned settles. It is told whether they failed; the
   * delivery has then ended with their error. Default: the delivery does not wait for them.
   */
  run<R>(handler: () => R, done?: (failed: boolean) => void): R;

  /** Adds what the client tells of the message late, such as how often it failed before, to the span. */
  tell(attributes: Attributes): void;

  /** Remembers the attempt, where `Delivery.tellsWhetherItComesAgain` has that wait: the broker may deliver the message again. */
  mayComeAgain(): void;

  /**
   * Has `processMessage` handle the messages of this delivery inside it, until it ends, in its span rather than in one of their own.
   *
   * @param failed is told of what such a handler throws, which is not yet the end of the delivery.
   */
  remember(failed: (error: unknown) => void): void;

  /**
   * Ends the delivery. Only the first call counts.
   *
   * @param failure what it failed with; `undefined` where it succeeded.
   */
  end(failure?: { readonly error: unknown }): void;
}
