import type { Attributes } from '@opentelemetry/api';
import type { Relation } from '../policy/policy.ts';
import type { AdapterInfo } from '../seam/instrumenter.ts';
import { attribute } from '../semantic-conventions/telemetry-names.ts';
import type { BufferedCounter } from './buffered-counter.ts';
import type { Instruments } from './instruments.ts';

/** What metrics call a destination. It is never unbounded. */
export interface MetricDestination {
  /** A queue key, or what stands for many. */
  readonly name: string;

  /** Whether it stands for many: it is a template, or the pattern of a rule. */
  readonly isTemplate: boolean;
}

/** What metrics say of the messages of one queue, or of all that share a template. Each part is made when it is first needed. */
export class QueueMetrics {
  readonly destination: MetricDestination;

  readonly #adapter: AdapterInfo;
  readonly #made: () => void;
  #sendAttributes: Attributes | undefined;
  #processAttributes: Attributes | undefined;
  #sentCounter: BufferedCounter | undefined;
  #consumedCounter: BufferedCounter | undefined;
  readonly #ages: { [relation in Relation]?: Attributes } = {};

  /** @param made is called for each part that is made. */
  constructor(adapter: AdapterInfo, destination: MetricDestination, made: () => void = () => undefined) {
    this.#adapter = adapter;
    this.destination = destination;
    this.#made = made;
  }

  /** Of calls that send. */
  sendAttributes(errorType?: string): Attributes {
    const { send } = this.#adapter.operations;
    if (errorType !== undefined) return this.attributes(send, errorType);
    this.#sendAttributes ??= this.#part(this.attributes(send));
    return this.#sendAttributes;
  }

  /** Of handling messages. */
  processAttributes(errorType?: string): Attributes {
    const { process } = this.#adapter.operations;
    if (errorType !== undefined) return this.attributes(process, errorType);
    this.#processAttributes ??= this.#part(this.attributes(process));
    return this.#processAttributes;
  }

  /** Of any other operation. */
  attributes(operation: string, errorType?: string): Attributes {
    return metricAttributes(this.#adapter, operation, this.destination, errorType);
  }

  /**
   * Records how old a message is when its handling begins.
   *
   * @param age in s; `undefined` where it is not known.
   */
  recordAge(instruments: Instruments | undefined, age: number | undefined, relation: Relation): void {
    if (age === undefined || instruments === undefined) return;
    this.#ages[relation] ??= this.#part({ ...this.processAttributes(), [attribute.relation]: relation });
    instruments.messageAge.record(age, this.#ages[relation]);
  }

  /** Counts messages that were sent. */
  sentCounter({ buffer, sentMessages }: Instruments): BufferedCounter {
    // A counter belongs to the instruments of one meter provider.
    if (this.#sentCounter?.buffer !== buffer) {
      this.#sentCounter = this.#part(buffer.of(sentMessages, this.sendAttributes()));
    }
    return this.#sentCounter;
  }

  /** Counts messages that were handed to a handler. */
  consumedCounter({ buffer, consumedMessages }: Instruments): BufferedCounter {
    if (this.#consumedCounter?.buffer !== buffer) {
      this.#consumedCounter = this.#part(buffer.of(consumedMessages, this.processAttributes()));
    }
    return this.#consumedCounter;
  }

  #part<T>(part: T): T {
    this.#made();
    return part;
  }
}

/**
 * What a metric says of an operation.
 *
 * Semantic conventions 1.45, messaging metrics: `messaging.destination.name` where it is of low cardinality, else
 * `messaging.destination.template`.
 *
 * @param destination left out where a call goes to several.
 */
export function metricAttributes(
  adapter: AdapterInfo,
  operation: string,
  destination: MetricDestination | undefined,
  errorType?: string,
): Attributes {
  const attributes: Attributes = {
    [attribute.systemName]: adapter.system,
    [attribute.operationName]: operation,
  };
  if (destination !== undefined) addDestination(attributes, destination);
  if (errorType !== undefined) attributes[attribute.errorType] = errorType;
  return attributes;
}

/** Adds what a metric says of a destination. */
export function addDestination(attributes: Attributes, { name, isTemplate }: MetricDestination): void {
  attributes[isTemplate ? attribute.destinationTemplate : attribute.destinationName] = name;
}
