import { type SpanContext, TraceFlags } from '@opentelemetry/api';
import { parseDuration } from '../../policy/duration.ts';
import type { ContextCodec } from '../../propagation/codec/context-codec.ts';
import { formatWaybillHeader } from '../../propagation/codec/waybill-header.ts';
import type { MessageContext } from '../../propagation/message-context.ts';
import type { HeaderRefusal, HeaderValue, MessageHeaders } from '../../seam/headers.ts';
import type { IncomingMessage } from '../../seam/incoming-message.ts';
import type { OutgoingMessage } from '../../seam/outgoing-message.ts';
import type { ExplainOptions } from './explanation.ts';

/** Any time will do: what is explained does not depend on it. */
export const now = 1_700_000_000_000;

/** The span of a message's sender. */
export function senderSpan({ unsampled }: ExplainOptions): SpanContext {
  const traceFlags = unsampled ? TraceFlags.NONE : TraceFlags.SAMPLED;
  return { traceId: '1'.repeat(32), spanId: '1'.repeat(16), traceFlags, isRemote: true };
}

/** The span that is active where a message is handled. */
export function activeSpan(options: ExplainOptions): SpanContext {
  return { ...senderSpan(options), traceId: '2'.repeat(32), spanId: '2'.repeat(16) };
}

/** Headers that are kept as they are written. */
export class SupposedHeaders implements MessageHeaders {
  readonly #headers = new Map<string, string>();

  get(name: string): HeaderValue {
    return this.#headers.get(name);
  }

  names(): string[] {
    return [...this.#headers.keys()];
  }

  set(name: string, value: string): HeaderRefusal | undefined {
    this.#headers.set(name, value);
    return undefined;
  }

  delete(name: string): void {
    this.#headers.delete(name);
  }
}

/** A message that is sent. */
export function supposedOutgoing(queue: string): OutgoingMessage {
  return { destination: queue, queueKey: queue, native: undefined, headers: new SupposedHeaders() };
}

/** A message that arrives, with all that Waybill may write. */
export function supposedIncoming(
  queue: string,
  codec: ContextCodec,
  sent: MessageContext,
  options: ExplainOptions,
): IncomingMessage {
  const sentAt = now - (parseDuration(options.age) ?? 0);
  const headers = new SupposedHeaders();
  const write = (name: string, value: string): void =>
    void headers.set(name, options.context === 'malformed' && name !== 'baggage' ? 'malformed' : value);
  const { context = 'valid', requests, attempt = 1, recurring = false } = options;
  const sender = senderSpan(options);
  if (context !== 'none') {
    const { traceId: journeyId, spanId } = sender;
    codec.injectSpan(sent, sender, write);
    write('waybill', formatWaybillHeader({ sentAt, journeyId, spanId, requestedRelation: requests }));
  }
  codec.injectBaggage(sent, undefined, write, () => undefined);
  const delay = parseDuration(options.delay);
  return {
    destination: queue,
    queueKey: queue,
    native: undefined,
    headers,
    sentAt,
    delay,
    attempt,
    recurring,
  };
}
