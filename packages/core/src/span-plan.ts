import type { Attributes } from '@opentelemetry/api';
import type { PortProfile } from './seam/instrumenter.ts';
import { attribute, type OperationType } from './semantic-conventions/telemetry-names.ts';

/** What all spans of one operation on one destination have in common. */
export interface SpanPlan {
  readonly name: string;
  readonly attributes: Readonly<Attributes>;
}

/**
 * Plans spans with what the conventions ask of every messaging span.
 *
 * Semantic conventions 1.45, messaging spans: span name `{operation} {destination}`.
 *
 * @param destination left out where a call goes to several.
 */
export function planSpan(
  profile: PortProfile,
  operation: string,
  type: OperationType,
  destination: string | undefined,
): SpanPlan {
  const attributes: Attributes = {
    [attribute.systemName]: profile.system,
    [attribute.operationName]: operation,
    [attribute.operationType]: type,
  };
  if (destination === undefined) return { name: operation, attributes };
  attributes[attribute.destinationName] = destination;
  return { name: `${operation} ${destination}`, attributes };
}
