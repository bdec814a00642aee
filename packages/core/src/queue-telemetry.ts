import type { Attributes } from '@opentelemetry/api';
import type { Tally } from './metrics/buffered-counter.ts';
import type { Instruments } from './metrics/instruments.ts';
import { metricAttributes } from './metrics/metric-attributes.ts';
import type { Relation } from './policy/policy.ts';
import type { ResolvedRule } from './policy/resolved-rule.ts';
import type { Reject } from './propagation/rejection.ts';
import type { PortProfile } from './seam/instrumenter.ts';
import { attribute } from './semantic-conventions/telemetry-names.ts';
import { planSpan, type SpanPlan } from './span-plan.ts';

/** What a plan takes with its place among the others, and each part that is made when it is needed, in bytes. */
const planBytes = 448;
const partBytes = 88;

/** What is the same for all messages of one queue: made when it is first needed, and kept while the queue is in use. */
export class Plan {
  readonly destination: string;
  readonly subject: string;

  /** What the policy says about the queue. */
  readonly rule: ResolvedRule;

  /** Counts rejections of the queue's messages. */
  readonly reject: Reject;

  /** What it takes so far, in bytes. */
  bytes: number;

  readonly #profile: PortProfile;
  readonly #spend: (bytes: number) => void;
  #send: SpanPlan | undefined;
  #create: SpanPlan | undefined;
  #process: SpanPlan | undefined;
  #sendMetrics: Attributes | undefined;
  #processMetrics: Attributes | undefined;
  #sent: Tally | undefined;
  #consumed: Tally | undefined;
  readonly #ageMetrics: { [relation in Relation]?: Attributes } = {};

  constructor(
    profile: PortProfile,
    destination: string,
    subject: string,
    rule: ResolvedRule,
    reject: Reject,
    spend: (bytes: number) => void,
  ) {
    this.#profile = profile;
    this.destination = destination;
    this.subject = subject;
    this.rule = rule;
    this.reject = reject;
    this.#spend = spend;
    this.bytes = planBytes + 2 * destination.length;
  }

  /** Of calls that send. */
  get send(): SpanPlan {
    this.#send ??= this.#part(
      planSpan(this.#profile, this.#profile.operations.send, 'send', this.destination),
    );
    return this.#send;
  }

  /** Of the messages of a batch. */
  get create(): SpanPlan {
    this.#create ??= this.#part(planSpan(this.#profile, 'create', 'create', this.destination));
    return this.#create;
  }

  /** Of handling messages. */
  get process(): SpanPlan {
    const { operations } = this.#profile;
    this.#process ??= this.#part(planSpan(this.#profile, operations.process, 'process', this.destination));
    return this.#process;
  }

  /** What metrics say of calls that send and do not fail. */
  get sendMetrics(): Attributes {
    const { operations } = this.#profile;
    this.#sendMetrics ??= this.#part(metricAttributes(this.#profile, operations.send, this.subject));
    return this.#sendMetrics;
  }

  /** What metrics say of handling messages that does not fail. */
  get processMetrics(): Attributes {
    const { operations } = this.#profile;
    this.#processMetrics ??= this.#part(metricAttributes(this.#profile, operations.process, this.subject));
    return this.#processMetrics;
  }

  /** What the metric of their age says of messages. */
  ageMetrics(relation: Relation): Attributes {
    this.#ageMetrics[relation] ??= this.#part({ ...this.processMetrics, [attribute.relation]: relation });
    return this.#ageMetrics[relation];
  }

  /** Of messages that were sent. */
  sentTally({ tallies, sentMessages }: Instruments): Tally {
    // A tally belongs to the instruments of one meter provider.
    if (this.#sent?.tallies !== tallies) {
      this.#sent = this.#part(tallies.of(sentMessages, this.sendMetrics));
    }
    return this.#sent;
  }

  /** Of messages that were handed to a handler. */
  consumedTally({ tallies, consumedMessages }: Instruments): Tally {
    if (this.#consumed?.tallies !== tallies) {
      this.#consumed = this.#part(tallies.of(consumedMessages, this.processMetrics));
    }
    return this.#consumed;
  }

  /** Counts what a part takes. */
  #part<T>(part: T): T {
    this.bytes += partBytes;
    this.#spend(partBytes);
    return part;
  }
}
