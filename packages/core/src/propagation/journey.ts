import type { SpanContext } from '@opentelemetry/api';
import { safely } from '../diag.ts';
import { isSameSpan } from '../ground/span-ids.ts';
import type { DecisionInput } from '../policy/decide-relation.ts';
import type { ResolvedRule } from '../policy/resolved-rule.ts';
import type { HeaderCarrier, HeaderValue } from '../seam/headers.ts';
import { headerItems, headerText } from './codec/header-text.ts';

/** What the context of a handler knows of its messages. It holds ids, never a message. */
export interface Journey {
  /** The trace id of the first trace of the chain that the message belongs to; `undefined` where there is no trace. */
  readonly id: string | undefined;

  /**
   * Whether it belongs to one message or to a batch. This also tells them apart if they come from another copy of this
   * package, such as that for CommonJS.
   */
  readonly handles: 'message' | 'batch';

  /** Whether this is a context that one of the messages being handled arrived with. */
  arrivedWith(spanContext: SpanContext): boolean;

  /** Whether a message to be sent has the baggage that one of those being handled arrived with, and not all of it is accepted. */
  forwardsBaggage?(message: HeaderCarrier): boolean;
}

/** The journey of one message. */
export class MessageJourney implements Journey {
  readonly handles = 'message';
  readonly id: string | undefined;
  readonly #arrived: SpanContext | undefined;
  readonly #baggage: ReadonlySet<number> | undefined;

  /**
   * @param arrived the context that the message arrived with.
   * @param baggage the digests of the baggage that it arrived with, where not all of it is accepted.
   */
  constructor(id: string | undefined, arrived: SpanContext | undefined, baggage?: ReadonlySet<number>) {
    this.id = id;
    this.#arrived = arrived;
    this.#baggage = baggage;
  }

  /**
   * The journey that the handler of a message continues.
   *
   * @param input what the message carried.
   * @param rule what the policy says about its queue.
   */
  static of(id: string | undefined, input: DecisionInput, rule: ResolvedRule): MessageJourney {
    const { message, spanContext } = input;
    // Recognises the baggage of a message when it is sent on, if not all of it is accepted.
    const digests =
      rule.accepts === undefined
        ? undefined
        : safely('Reading a baggage', () => {
            const value = message.headers.get('baggage');
            return value === undefined ? undefined : addDigests(value, new Set());
          });
    return new MessageJourney(id, spanContext, digests);
  }

  forwardsBaggage(message: HeaderCarrier): boolean {
    return this.#baggage !== undefined && isAmong(message.headers.get('baggage'), this.#baggage);
  }

  arrivedWith(spanContext: SpanContext): boolean {
    return this.#arrived !== undefined && isSameSpan(this.#arrived, spanContext);
  }
}

/** Adds the digests of a header to others: one for each of its values, and one for all of them as one list. No text is kept. */
export function addDigests(value: HeaderValue, digests: Set<number>): Set<number> {
  const texts = headerItems(value).map((item) => headerText(item) ?? '');
  for (const text of texts) digests.add(digestOf(text));
  if (texts.length > 1) digests.add(digestOf(texts.join(',')));
  return digests;
}

/** Whether a header has nothing but values with these digests. */
export function isAmong(value: HeaderValue, digests: ReadonlySet<number>): boolean {
  const items = headerItems(value);
  return items.length > 0 && items.every((item) => digests.has(digestOf(headerText(item) ?? '')));
}

/** The hash of a text by FNV-1a, and its length. */
function digestOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  return (hash >>> 0) * 0x100000 + (text.length & 0xfffff);
}
