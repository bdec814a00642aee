import { type Attributes, type Context, ROOT_CONTEXT } from '@opentelemetry/api';
import type { HandlingOutcome, Instrumenter } from '@waybill/core/adapter';
import type { Exception, Span } from 'bullmq';
import { AddCall } from './add-call.ts';
import { CommandCall } from './command-call.ts';
import { ProcessCall, processingOf } from './process-call.ts';
import { told } from './told-names.ts';
import { TracedCall } from './traced-call.ts';

/** How an object of `waybillTelemetry` traces. */
export interface TelemetrySettings {
  readonly instrumenter: Instrumenter;

  /** Whether only workers use the object. */
  readonly worker: boolean;

  /** Whether operations other than adding and handling jobs have spans. */
  readonly commands: boolean;

  /** Reports once that consume middleware does not run, if there is any. */
  readonly reportMiddleware: () => void;
}

/** The context of a call about a job with metadata. */
export class ArrivedContext {
  readonly active: Context;
  readonly metadata: unknown;

  constructor(active: Context, metadata: unknown) {
    this.active = active;
    this.metadata = metadata;
  }
}

/** The contexts that BullMQ passes between the methods of its telemetry. */
export type SlotContext = Context | ArrivedContext | TracedCall;

/** The outcome of a failed job, by the name of the operation with which BullMQ moves it. */
const outcomes: Readonly<Record<string, HandlingOutcome>> = {
  retry: 'retry',
  delay: 'retry',
  fail: 'failed',
};

/**
 * The span object that BullMQ gets for each call. BullMQ tells the name of the call first, then its queue, then its context. Only then
 * Waybill starts a span, or none.
 */
export class TelemetrySpan implements Span<SlotContext> {
  readonly #settings: TelemetrySettings;
  readonly #operation: string;
  readonly #destination: string;
  #queueName: string;
  #call: TracedCall | undefined;

  /** The handling of a job in whose context this call is made. */
  #processing: ProcessCall | undefined;

  /** @param name the operation, and its queue. */
  constructor(settings: TelemetrySettings, name: string) {
    this.#settings = settings;
    const end = name.indexOf(' ');
    this.#operation = end < 0 ? name : name.slice(0, end);
    this.#destination = end < 0 ? '' : name.slice(end + 1);
    this.#queueName = this.#destination;
  }

  /** Begins the call, because its context is known now. */
  setSpanOnContext(context: SlotContext): SlotContext {
    if (context instanceof TracedCall) return context;
    const arrived = context instanceof ArrivedContext;
    const active = arrived ? context.active : context;
    this.#call = this.#begin(active, arrived ? context.metadata : undefined);
    return this.#call ?? active;
  }

  setAttribute(name: string, value: Attributes[string]): void {
    this.setAttributes({ [name]: value });
  }

  setAttributes(attributes: object): void {
    const all = attributes as Attributes;
    if (this.#call !== undefined) this.#call.told(all);
    else if (this.#operation === 'add') this.#queueName = String(all[told.queueName] ?? this.#queueName);
    const outcome = outcomes[this.#operation];
    if (outcome !== undefined) this.#processing?.becomes(all[told.jobId], outcome);
  }

  addEvent(name: string, attributes: object = {}): void {
    this.#call?.happened(name, attributes as Attributes);
  }

  recordException(exception: Exception): void {
    this.#call?.failed(exception);
  }

  end(): void {
    this.#call?.end();
  }

  #begin(active: Context, metadata: unknown): TracedCall | undefined {
    const { instrumenter, worker, commands, reportMiddleware } = this.#settings;
    const queue = this.#queueName;
    switch (this.#operation) {
      case 'process':
        reportMiddleware();
        return new ProcessCall(instrumenter, active, queue, metadata);
      case 'add':
        return worker ? undefined : this.#add(active, this.#destination.slice(queue.length + 1));
      case 'addBulk':
      case 'addNode':
        return this.#add(active, undefined);
    }
    this.#processing = processingOf(active);
    return commands ? new CommandCall(instrumenter, this.#operation, this.#destination) : undefined;
  }

  /** A worker whose processor has ended may take a run of a schedule and add the next one. That does not belong to the trace of the ended job. */
  #add(active: Context, name: string | undefined): TracedCall {
    const base = processingOf(active)?.hasEnded ? ROOT_CONTEXT : active;
    return new AddCall(this.#settings.instrumenter, base, this.#queueName, name);
  }
}
