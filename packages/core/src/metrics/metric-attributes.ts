import type { Attributes } from '@opentelemetry/api';
import type { AdapterInfo } from '../seam/instrumenter.ts';
import { attribute } from '../semantic-conventions/telemetry-names.ts';

/** What metrics call a destination. It is never unbounded. */
export interface MetricDestination {
  /** A queue key, or what stands for many. */
  readonly name: string;

  /** Whether it stands for many: it is a template, or the pattern of a rule. */
  readonly isTemplate: boolean;
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
