import type { Attributes } from '@opentelemetry/api';
import type { PortProfile } from '../seam/instrumenter.ts';
import { attribute } from '../semantic-conventions/telemetry-names.ts';

/**
 * What a metric says of an operation. Its destination is the subject, which is never unbounded; it is left out where a
 * call goes to several.
 */
export function metricAttributes(
  profile: PortProfile,
  operation: string,
  subject: string | undefined,
  errorType?: string,
): Attributes {
  const attributes: Attributes = {
    [attribute.systemName]: profile.system,
    [attribute.operationName]: operation,
  };
  if (subject !== undefined) attributes[attribute.destinationName] = subject;
  if (errorType !== undefined) attributes[attribute.errorType] = errorType;
  return attributes;
}
