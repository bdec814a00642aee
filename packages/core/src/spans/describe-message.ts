import type { Attributes, Span } from '@opentelemetry/api';
import { report } from '../diag.ts';
import type { IncomingMessage } from '../seam/incoming-message.ts';
import type { OutgoingMessage } from '../seam/outgoing-message.ts';
import { isRecording } from './start-span.ts';

/** How much of a text that a message brings is kept, in characters (UTF-16 code units). */
export const longestText = 256;

/** Adds what samplers may want to know of a message to the attributes of its span. */
export function describeMessage(attributes: Attributes, message: IncomingMessage | OutgoingMessage): void {
  try {
    message.describe(attributes);
  } catch (error) {
    report('Describing a message failed; messages are not affected', error);
  }
  cutAttributes(attributes);
}

/** Adds to a span that records what no sampler needs to know of its message. */
export function addDetail(span: Span, message: IncomingMessage | OutgoingMessage): void {
  if (message.detail === undefined || !isRecording(span)) return;
  try {
    const attributes: Attributes = {};
    message.detail(attributes);
    cutAttributes(attributes);
    span.setAttributes(attributes);
  } catch (error) {
    report('Describing a message failed; messages are not affected', error);
  }
}

/** The beginning of a text that a message brings: {@link longestText} of it. */
export function cutText(text: string): string {
  return text.length > longestText ? text.slice(0, longestText).toWellFormed() : text;
}

function cutAttributes(attributes: Attributes): void {
  for (const name in attributes) {
    const value = attributes[name];
    if (typeof value === 'string') {
      if (value.length > longestText) attributes[name] = cutText(value);
    } else if (Array.isArray(value)) {
      attributes[name] = value.map((item: unknown) =>
        typeof item === 'string' ? cutText(item) : item,
      ) as string[];
    }
  }
}
