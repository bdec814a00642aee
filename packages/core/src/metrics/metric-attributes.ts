import type { Attributes } from '@opentelemetry/api';
import type { AdapterInfo } from '../seam/instrumenter.ts';
import { attribute } from '../semantic-conventions/telemetry-names.ts';

/**
 * The attributes of an operation's metrics. The destination is the queue key, which is never unbounded; it is left out if a
 * call goes to several.
 */
export function metricAttributes(
  adapter: AdapterInfo,
  operation: string,
  queueKey: string | undefined,
  errorType?: string,
): Attributes {
  const attributes: Attributes = {
    [attribute.systemName]: adapter.system,
    [attribute.operationName]: operation,
  };
  if (queueKey !== undefined) attributes[attribute.destinationName] = queueKey;
  if (errorType !== undefined) attributes[attribute.errorType] = errorType;
  return attributes;
}
