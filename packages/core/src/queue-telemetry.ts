import type { Attributes } from '@opentelemetry/api';
import type { BufferedCounter } from './metrics/buffered-counter.ts';
import type { Instruments } from './metrics/instruments.ts';
import { metricAttributes } from './metrics/metric-attributes.ts';
import type { Relation } from './policy/policy.ts';
import type { ResolvedRule } from './policy/resolved-rule.ts';
import type { ReportProblem } from './propagation/header-problem.ts';
import type { AdapterInfo } from './seam/instrumenter.ts';
import { attribute } from './semantic-conventions/telemetry-names.ts';
import { type SpanTemplate, spanTemplate } from './spans/start-span.ts';

/** The size of one with its place in the cache, and of each part that is made when needed, in bytes. */
const baseBytes = 448;
const partBytes = 88;

/** What is the same for all messages of one queue, made when first needed and kept while the queue is in use. */
export class QueueTelemetry {
  readonly destination: string;
  readonly queueKey: string;

  /** What the policy says about the queue. */
  readonly rule: ResolvedRule;

  /** Counts problems with the headers of the queue's messages. */
  readonly reportProblem: ReportProblem;

  /** Its size so far, in bytes. */
  bytes: number;

  readonly #adapter: AdapterInfo;
  readonly #spend: (bytes: number) => void;
  #send: SpanTemplate | undefined;
  #create: SpanTemplate | undefined;
  #process: SpanTemplate | undefined;
  #sendMetrics: Attributes | undefined;
  #processMetrics: Attributes | undefined;
  #sent: BufferedCounter | undefined;
  #consumed: BufferedCounter | undefined;
  readonly #ageMetrics: { [relation in Relation]?: Attributes } = {};

  constructor(
    adapter: AdapterInfo,
    destination: string,
    queueKey: string,
    rule: ResolvedRule,
    reportProblem: ReportProblem,
    spend: (bytes: number) => void,
  ) {
    this.#adapter = adapter;
    this.destination = destination;
    this.queueKey = queueKey;
    this.rule = rule;
    this.reportProblem = reportProblem;
    this.#spend = spend;
    this.bytes = baseBytes + 2 * destination.length;
  }

  /** Of calls that send. */
  get send(): SpanTemplate {
    this.#send ??= this.#template(this.#adapter.operations.send, 'send');
    return this.#send;
  }

  /** Of the messages of a batch. */
  get create(): SpanTemplate {
    this.#create ??= this.#template('create', 'create');
    return this.#create;
  }

  /** Of handling messages. */
  get process(): SpanTemplate {
    this.#process ??= this.#template(this.#adapter.operations.process, 'process');
    return this.#process;
  }

  /** The metric attributes of successful sends. */
  get sendMetrics(): Attributes {
    this.#sendMetrics ??= this.#metrics(this.#adapter.operations.send);
    return this.#sendMetrics;
  }

  /** The metric attributes of successful processing. */
  get processMetrics(): Attributes {
    this.#processMetrics ??= this.#metrics(this.#adapter.operations.process);
    return this.#processMetrics;
  }

  /**
   * Records how old a message is when its handling begins.
   *
   * @param age in s; `undefined` where it is not known.
   */
  recordAge(instruments: Instruments | undefined, age: number | undefined, relation: Relation): void {
    if (age === undefined || instruments === undefined) return;
    this.#ageMetrics[relation] ??= this.#part({ ...this.processMetrics, [attribute.relation]: relation });
    instruments.messageAge.record(age, this.#ageMetrics[relation]);
  }

  /** Counts messages that were sent. */
  sent({ buffer, sentMessages }: Instruments): BufferedCounter {
    // A counter belongs to the instruments of one meter provider.
    if (this.#sent?.buffer !== buffer) this.#sent = this.#part(buffer.of(sentMessages, this.sendMetrics));
    return this.#sent;
  }

  /** Counts messages that were handed to a handler. */
  consumed({ buffer, consumedMessages }: Instruments): BufferedCounter {
    if (this.#consumed?.buffer !== buffer) {
      this.#consumed = this.#part(buffer.of(consumedMessages, this.processMetrics));
    }
    return this.#consumed;
  }

  #template(operation: string, type: 'send' | 'create' | 'process'): SpanTemplate {
    return this.#part(spanTemplate(this.#adapter, operation, type, this.destination));
  }

  #metrics(operation: string): Attributes {
    return this.#part(metricAttributes(this.#adapter, operation, this.queueKey));
  }

  /** Adds the size of a part. */
  #part<T>(part: T): T {
    this.bytes += partBytes;
    this.#spend(partBytes);
    return part;
  }
}
