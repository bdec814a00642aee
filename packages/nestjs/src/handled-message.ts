import { type Context, type Span, trace } from '@opentelemetry/api';
import { activeContext, isThenable, noteFailure, runIn } from '@waybill/core/adapter';
import { defer, finalize, isObservable, type Observable, tap } from 'rxjs';

/** Shared by all copies of this module in a process (ESM beside CommonJS). */
const handledKey = Symbol.for('waybill.nestjs.handled-message');

/** The message in whose handling a context was made; `undefined` outside of any. */
export function handledMessageOf(context: Context): HandledMessage | undefined {
  return context.getValue(handledKey) as HandledMessage | undefined;
}

/** A message that a server of Nest handles, in the span of its client. */
export class HandledMessage {
  readonly #span: Span;
  #openStreams = 0;
  #streamsEnded: (() => void) | undefined;

  private constructor(span: Span) {
    this.#span = span;
  }

  /**
   * Handles a message: has its span told of what fails, also if Nest catches it.
   *
   * @param handle hands the message to Nest.
   * @param awaitsStreams whether the handling goes on until the streams of its handlers have ended.
   * @returns settles as `handle` does.
   */
  static handle(handle: () => Promise<unknown>, awaitsStreams: boolean): Promise<unknown> {
    const span = trace.getSpan(activeContext());
    if (span === undefined) return handle();
    const message = new HandledMessage(span);
    return runIn(activeContext().setValue(handledKey, message), async () => {
      try {
        return await handle();
      } catch (error) {
        message.failed(error);
        throw error;
      } finally {
        if (awaitsStreams) await message.#endOfStreams();
      }
    });
  }

  /** Notes an exception. The first one counts: filters make others of it. */
  failed(error: unknown): void {
    noteFailure(this.#span, error);
  }

  /** Observes what a handler returns: a value, a promise, a stream, or a promise of a stream. */
  observe(returned: unknown): unknown {
    if (isObservable(returned)) return this.#observeStream(returned);
    return isThenable(returned) ? returned.then((result) => this.observe(result)) : returned;
  }

  #observeStream(stream: Observable<unknown>): Observable<unknown> {
    return defer(() => {
      this.#openStreams++;
      return stream.pipe(
        tap({ error: (error) => this.failed(error) }),
        finalize(() => {
          this.#openStreams--;
          if (this.#openStreams === 0) this.#streamsEnded?.();
        }),
      );
    });
  }

  #endOfStreams(): Promise<void> | undefined {
    if (this.#openStreams === 0) return undefined;
    return new Promise((resolve) => {
      this.#streamsEnded = resolve;
    });
  }
}
