import type { Attributes, Span } from '@opentelemetry/api';
import type { IncomingMessage } from '../messages/incoming-message.ts';
import type { OutgoingMessage } from '../messages/outgoing-message.ts';

/** Adds to a span what no sampler needs to know of its message. */
export function addDetail(span: Span, message: IncomingMessage | OutgoingMessage): void {
  if (message.detail === undefined) return;
  const attributes: Attributes = {};
  message.detail(attributes);
  span.setAttributes(attributes);
}
