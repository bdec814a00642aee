import type { Attributes } from '@opentelemetry/api';
import type { Relation } from '../policy/policy.ts';
import type { ResolvedRule } from '../policy/resolved-rule.ts';
import type { PortProfile } from '../port.ts';
import type { Reject } from '../propagation/rejection.ts';
import { attribute } from '../semantic-conventions/telemetry-names.ts';
import type { Instruments } from './instruments.ts';
import { metricAttributes } from './metric-attributes.ts';
import { planSpan, type SpanPlan } from './span-plan.ts';
import type { Tally } from './tallies.ts';

/** A tally belongs to the instruments of one meter provider. */
interface InstrumentsTally {
  readonly instruments: Instruments;
  readonly tally: Tally;
}

/** What is the same for all messages of one queue: made when it is first needed, and kept while the queue is in use. */
export class Plan {
  readonly destination: string;
  readonly subject: string;

  /** What the policy says about the queue. */
  readonly rule: ResolvedRule;

  /** Counts rejections of the queue's messages. */
  readonly reject: Reject;

  readonly #profile: PortProfile;
  #send: SpanPlan | undefined;
  #create: SpanPlan | undefined;
  #process: SpanPlan | undefined;
  #sendMetrics: Attributes | undefined;
  #processMetrics: Attributes | undefined;
  #sent: InstrumentsTally | undefined;
  #consumed: InstrumentsTally | undefined;
  readonly #ageMetrics: { [relation in Relation]?: Attributes } = {};

  constructor(
    profile: PortProfile,
    destination: string,
    subject: string,
    rule: ResolvedRule,
    reject: Reject,
  ) {
    this.#profile = profile;
    this.destination = destination;
    this.subject = subject;
    this.rule = rule;
    this.reject = reject;
  }

  /** Of calls that send. */
  get send(): SpanPlan {
    this.#send ??= planSpan(this.#profile, this.#profile.operations.send, 'send', this.destination);
    return this.#send;
  }

  /** Of the messages of a batch. */
  get create(): SpanPlan {
    this.#create ??= planSpan(this.#profile, 'create', 'create', this.destination);
    return this.#create;
  }

  /** Of handling messages. */
  get process(): SpanPlan {
    this.#process ??= planSpan(this.#profile, this.#profile.operations.process, 'process', this.destination);
    return this.#process;
  }

  /** What metrics say of calls that send and do not fail. */
  get sendMetrics(): Attributes {
    this.#sendMetrics ??= metricAttributes(this.#profile, this.#profile.operations.send, this.subject);
    return this.#sendMetrics;
  }

  /** What the metric of their age says of messages. */
  ageMetrics(relation: Relation): Attributes {
    this.#ageMetrics[relation] ??= { ...this.processMetrics, [attribute.relation]: relation };
    return this.#ageMetrics[relation];
  }

  /** Of messages that were sent. */
  sentTally(instruments: Instruments): Tally {
    if (this.#sent === undefined || this.#sent.instruments !== instruments) {
      const tally = instruments.tallies.of(instruments.sentMessages, this.sendMetrics);
      this.#sent = { instruments, tally };
    }
    return this.#sent.tally;
  }

  /** Of messages that were handed to a handler. */
  consumedTally(instruments: Instruments): Tally {
    if (this.#consumed === undefined || this.#consumed.instruments !== instruments) {
      const tally = instruments.tallies.of(instruments.consumedMessages, this.processMetrics);
      this.#consumed = { instruments, tally };
    }
    return this.#consumed.tally;
  }

  /** What metrics say of handling messages that does not fail. */
  get processMetrics(): Attributes {
    this.#processMetrics ??= metricAttributes(this.#profile, this.#profile.operations.process, this.subject);
    return this.#processMetrics;
  }
}
