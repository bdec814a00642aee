import type { Span, SpanContext } from '@opentelemetry/api';
import { QueueMetrics } from './metrics/queue-metrics.ts';
import type { ResolvedRule } from './policy/resolved-rule.ts';
import type { ContextCodec, ReportProblem } from './propagation/codec/context-codec.ts';
import type { AdapterInfo } from './seam/instrumenter.ts';
import type { OperationType } from './semantic-conventions/telemetry-names.ts';
import { isUnsampled, type SpanTemplate, spanTemplate } from './spans/start-span.ts';

/** The size of one with its place in the cache, and of each part that is made when needed, in bytes. */
const baseBytes = 448;
const partBytes = 88;

/** What is known of a queue from the start. */
export interface QueueFacts {
  readonly adapter: AdapterInfo;
  readonly destination: string;
  readonly queueKey: string;

  /** What the policy says about the queue. */
  readonly rule: ResolvedRule;

  /** Reads and writes the headers of its messages. */
  readonly codec: ContextCodec;

  /** Counts problems with the headers of its messages. */
  readonly reportProblem: ReportProblem;

  /** What its spans are named by in place of the destination, where it has a name of which there are many. */
  readonly nameTemplate: string | undefined;

  /** What metrics say, where that is the same for several queues. Default: metrics go by the queue key. */
  readonly sharedMetrics: QueueMetrics | undefined;
}

/** What is the same for all messages of one queue: made when it is first needed, and kept while the queue is in use. */
export class QueueTelemetry {
  readonly destination: string;
  readonly queueKey: string;
  readonly rule: ResolvedRule;
  readonly codec: ContextCodec;
  readonly reportProblem: ReportProblem;
  readonly metrics: QueueMetrics;

  /** What it takes so far, in bytes. */
  bytes: number;

  readonly #adapter: AdapterInfo;
  readonly #nameTemplate: string | undefined;
  readonly #spend: (bytes: number) => void;
  #sendSpan: SpanTemplate | undefined;
  #createSpan: SpanTemplate | undefined;
  #processSpan: SpanTemplate | undefined;

  constructor(facts: QueueFacts, spend: (bytes: number) => void) {
    this.#adapter = facts.adapter;
    this.destination = facts.destination;
    this.queueKey = facts.queueKey;
    this.rule = facts.rule;
    this.codec = facts.codec;
    this.reportProblem = facts.reportProblem;
    this.#nameTemplate = facts.nameTemplate;
    this.#spend = spend;
    this.bytes = baseBytes + 2 * facts.destination.length;
    this.metrics =
      facts.sharedMetrics ??
      new QueueMetrics(facts.adapter, { name: facts.queueKey, isTemplate: false }, () => this.#made());
  }

  /** Of the spans of calls that send. */
  get sendSpan(): SpanTemplate {
    this.#sendSpan ??= this.#kept(this.#adapter.operations.send, 'send');
    return this.#sendSpan;
  }

  /** Of the spans of the messages of a batch that is sent. */
  get createSpan(): SpanTemplate {
    this.#createSpan ??= this.#kept('create', 'create');
    return this.#createSpan;
  }

  /** Of the spans that handle messages. */
  get processSpan(): SpanTemplate {
    this.#processSpan ??= this.#kept(this.#adapter.operations.process, 'process');
    return this.#processSpan;
  }

  /** Of the spans of any other operation. */
  template(operation: string, type: OperationType | undefined): SpanTemplate {
    return spanTemplate(this.#adapter, operation, type, this.destination, this.#nameTemplate);
  }

  /**
   * Whether there is to be a span of ours: not where the rule says `spans: false`, nor in a trace that is not sampled where the rule
   * passes those on.
   *
   * @param parent what it would be a child of; `undefined` where it would be a root.
   * @param parentContext its context, where that is known to be valid: to look at an id again takes as long as to read it.
   */
  makesSpan(parent: Span | undefined, parentContext?: SpanContext | undefined): boolean {
    const { spans, passesUnsampledOn } = this.rule;
    return spans && !(passesUnsampledOn && parent !== undefined && isUnsampled(parent, parentContext));
  }

  #kept(operation: string, type: OperationType): SpanTemplate {
    this.#made();
    return this.template(operation, type);
  }

  /** Counts what a part takes. */
  #made(): void {
    this.bytes += partBytes;
    this.#spend(partBytes);
  }
}

/** What spans are named by in place of a destination, if the rule has a template that fits it or its queue key. */
export function nameTemplateOf(
  { template }: ResolvedRule,
  destination: string,
  queueKey: string,
): string | undefined {
  if (template === undefined) return undefined;
  if (template.fits(destination)) return template.text;
  return template.fits(queueKey) ? destination.replace(queueKey, () => template.text) : undefined;
}
