import type { Attributes } from '@opentelemetry/api';
import type { Reporter } from './diag.ts';
import { BoundedMap } from './ground/bounded-map.ts';
import type { MemoryBudget } from './ground/memory-budget.ts';
import type { Instruments } from './metrics/instruments.ts';
import { addDestination, type MetricDestination, QueueMetrics } from './metrics/queue-metrics.ts';
import { DistinctNames, tooManyNames } from './policy/distinct-names.ts';
import type { PolicyInForce, PolicyResolver } from './policy/policy-resolver.ts';
import type { ResolvedRule } from './policy/resolved-rule.ts';
import type { RuleCodecs } from './propagation/codec/rule-codecs.ts';
import { nameTemplateOf, QueueTelemetry } from './queue-telemetry.ts';
import type { AdapterInfo } from './seam/instrumenter.ts';
import { attribute } from './semantic-conventions/telemetry-names.ts';

/** How many queues are kept, at least, where there is room for them. */
const mostQueues = 10_000;

/** The longest queue name that is kept, in characters: each part may hold it once more. */
const longestName = 256;

/** Of how many rules it is said that there are too many names, at most. */
const mostWarnings = 100;

/** What the queues of one adapter have in common. */
export interface QueueSurroundings {
  readonly adapter: AdapterInfo;
  readonly policy: PolicyInForce;
  readonly codecs: RuleCodecs;
  readonly instruments: () => Instruments | undefined;
  readonly budget: MemoryBudget;
  readonly reporter: Reporter;
}

/** What names a queue. */
interface QueueName {
  readonly destination: string;
  readonly queueKey: string;
}

/** The names that a rule was asked for, as far as no template stands for them. */
interface RuleNames {
  readonly destinations: DistinctNames;
  readonly queueKeys: DistinctNames;
}

/**
 * Finds what is the same for all messages of a message's queue, and makes it where it is not known yet. It holds what one policy says:
 * with another policy everything is made anew.
 */
export class QueueTelemetryCache {
  readonly #surroundings: QueueSurroundings;
  readonly #queues: BoundedMap<string, QueueTelemetry>;
  readonly #spend: (bytes: number) => void;
  #policy: PolicyResolver;
  #last: QueueTelemetry | undefined;
  #shared = new Map<string, QueueMetrics>();
  #names = new Map<ResolvedRule, RuleNames>();

  /** The patterns of the rules that there was a warning of, whatever policy they belong to. */
  readonly #warned = new Set<string>();

  constructor(surroundings: QueueSurroundings) {
    this.#surroundings = surroundings;
    this.#policy = surroundings.policy.current;
    this.#queues = new BoundedMap<string, QueueTelemetry>(surroundings.budget, {
      size: mostQueues,
      bytesOf: (_destination, queue) => queue.bytes,
      longestKey: longestName,
    });
    this.#spend = (bytes) => this.#queues.spend(bytes);
  }

  of(name: QueueName): QueueTelemetry {
    if (this.#policy !== this.#surroundings.policy.current) this.#startAnew();
    const { destination, queueKey } = name;
    const last = this.#last;
    if (last?.destination === destination && last.queueKey === queueKey) return last;
    const known = this.#queues.get(destination);
    // The same destination may belong to two queue keys: a queue and an exchange of one name.
    if (known?.queueKey === queueKey) {
      this.#last = known;
      return known;
    }
    const queue = this.#make(name);
    this.#queues.set(destination, queue);
    return queue;
  }

  #startAnew(): void {
    this.#policy = this.#surroundings.policy.current;
    this.#queues.clear();
    this.#last = undefined;
    this.#shared = new Map();
    this.#names = new Map();
  }

  #make({ destination, queueKey }: QueueName): QueueTelemetry {
    const { adapter, codecs, instruments } = this.#surroundings;
    const rule = this.#policy.ruleFor(adapter.system, queueKey);
    this.#checkEnvelope(rule);
    const nameTemplate = nameTemplateOf(rule, destination, queueKey);
    const metricTemplate = this.#metricTemplate(rule, destination, queueKey, nameTemplate);
    const metricDestination: MetricDestination = {
      name: metricTemplate ?? queueKey,
      isTemplate: metricTemplate !== undefined,
    };
    return new QueueTelemetry(
      {
        adapter,
        destination,
        queueKey,
        rule,
        codec: codecs.of(rule),
        nameTemplate,
        sharedMetrics: metricTemplate === undefined ? undefined : this.#sharedMetrics(metricDestination),
        reportProblem(header, reason, count = 1) {
          const attributes: Attributes = {
            [attribute.systemName]: adapter.system,
            [attribute.carrierHeader]: header,
            [attribute.carrierReason]: reason,
          };
          addDestination(attributes, metricDestination);
          instruments()?.carrierRejected.add(count, attributes);
        },
      },
      this.#spend,
    );
  }

  #sharedMetrics(destination: MetricDestination): QueueMetrics {
    let metrics = this.#shared.get(destination.name);
    if (metrics === undefined) {
      metrics = new QueueMetrics(this.#surroundings.adapter, destination);
      this.#shared.set(destination.name, metrics);
    }
    return metrics;
  }

  /** What metrics have in place of the queue key: its template, or the pattern of a rule under which there are too many names. */
  #metricTemplate(
    rule: ResolvedRule,
    destination: string,
    queueKey: string,
    nameTemplate: string | undefined,
  ): string | undefined {
    if (rule.template?.fits(queueKey)) return rule.template.text;
    let names = this.#names.get(rule);
    if (names === undefined) {
      names = { destinations: new DistinctNames(), queueKeys: new DistinctNames() };
      this.#names.set(rule, names);
    }
    if (nameTemplate === undefined && !names.destinations.isAmongFirst(destination)) {
      this.#warnOnce(rule, destination);
    }
    return names.queueKeys.isAmongFirst(queueKey) ? undefined : rule.pattern;
  }

  /** A policy does not know which adapters there will be. */
  #checkEnvelope({ envelope, pattern }: ResolvedRule): void {
    const { adapter, reporter } = this.#surroundings;
    const { name, envelopes = [] } = adapter;
    if (envelope === undefined || envelopes.includes(envelope.format)) return;
    const known =
      envelopes.length === 0
        ? 'It opens none; give the rule a pattern that leaves its queues out'
        : `Use one of ${envelopes.join(', ')}`;
    reporter.reportOnce(
      'WAYBILL_UNKNOWN_ENVELOPE',
      `The rule ${JSON.stringify(pattern)} has the envelope ${JSON.stringify(envelope.format)}, which ${name} does not know; bodies are not looked at. ${known}`,
    );
  }

  #warnOnce(rule: ResolvedRule, destination: string): void {
    if (this.#warned.has(rule.pattern) || this.#warned.size >= mostWarnings) return;
    this.#warned.add(rule.pattern);
    const { reporter } = this.#surroundings;
    reporter.reportOnce('WAYBILL_UNBOUNDED_NAMES', tooManyNames(rule.pattern, destination));
  }
}
