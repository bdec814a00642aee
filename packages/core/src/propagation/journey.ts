import type { SpanContext } from '@opentelemetry/api';
import { isSameSpan } from './is-same-span.ts';

/** What the context of a handler remembers of the messages it handles. It holds ids, never a message. */
export interface Journey {
  /** The trace id of the first trace of the chain that the message belongs to; `undefined` where there is no trace. */
  readonly id: string | undefined;

  /**
   * Whether it is that of one message or of a batch. It tells the two apart also where they come from another copy of this
   * package, such as that for CommonJS.
   */
  readonly handles: 'message' | 'batch';

  /** Whether this is a context that one of the messages being handled arrived with. */
  arrivedWith(spanContext: SpanContext): boolean;
}

/** The journey of one message. */
export class MessageJourney implements Journey {
  readonly handles = 'message';
  readonly id: string | undefined;
  readonly #arrived: SpanContext | undefined;

  /** @param arrived the context that the message arrived with. */
  constructor(id: string | undefined, arrived: SpanContext | undefined) {
    this.id = id;
    this.#arrived = arrived;
  }

  arrivedWith(spanContext: SpanContext): boolean {
    return this.#arrived !== undefined && isSameSpan(this.#arrived, spanContext);
  }
}
