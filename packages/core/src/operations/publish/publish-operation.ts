import type { Attributes, Span } from '@opentelemetry/api';
import type { Failure } from '../../ground/settled.ts';
import type { Instruments } from '../../metrics/instruments.ts';
import type { MessageContext } from '../../propagation/message-context.ts';
import { attribute } from '../../semantic-conventions/telemetry-names.ts';
import { errorType, failSpan } from '../../spans/fail-span.ts';
import { awaitsEnd, endSpan, isRecording, type Started } from '../../spans/start-span.ts';
import type { Environment } from '../environment.ts';
import type { Letter } from './letter.ts';
import { recordSent } from './record-sent.ts';

/** A publish call under way. */
export class Sending {
  /** What the client's own call runs in. */
  readonly context: MessageContext;

  readonly #env: Environment;
  readonly #letters: readonly Letter[];
  readonly #batch: boolean;
  readonly #call: Started | undefined;
  readonly #instruments: Instruments | undefined;
  readonly #began: number;

  /**
   * @param call the span of the call; `undefined` where another instrumentation has one for it.
   * @param active the context that the call was made in.
   */
  constructor(
    env: Environment,
    letters: readonly Letter[],
    batch: boolean,
    call: Started | undefined,
    active: MessageContext,
  ) {
    this.#env = env;
    this.#letters = letters;
    this.#batch = batch;
    this.#call = call;
    this.context = call?.context ?? active;
    this.#instruments = env.instruments();
    this.#began = this.#instruments === undefined ? 0 : performance.now();
  }

  /** Whether somebody is to be told how the call ends. */
  get isObserved(): boolean {
    return (
      this.#instruments !== undefined ||
      (this.#call !== undefined && awaitsEnd(this.#call.span)) ||
      this.#letters.some(({ own }) => own !== undefined && awaitsEnd(own.span))
    );
  }

  /** Takes what became of one message. */
  outcome(index: number, id: string | undefined, error?: unknown): void {
    const letter = this.#letters[index];
    if (letter === undefined) return;
    const span = this.#spanOf(letter);
    if (id !== undefined && span !== undefined && isRecording(span))
      span.setAttribute(attribute.messageId, id);
    if (error === undefined) return;
    letter.failure = errorType(error);
    if (span !== undefined) failSpan(span, error);
  }

  /** Takes what happens to one message meanwhile. */
  note(index: number, event: string, attributes: Attributes): void {
    const letter = this.#letters[index];
    if (letter !== undefined) this.#spanOf(letter)?.addEvent(event, attributes);
  }

  /** Ends the spans and records the metrics. */
  end(failure: Failure | undefined): void {
    if (failure !== undefined) this.#fail(failure.error);
    for (const { own } of this.#letters) if (own !== undefined) endSpan(own);
    if (this.#call !== undefined) endSpan(this.#call);
    if (this.#instruments === undefined) return;
    const elapsed = performance.now() - this.#began;
    recordSent(this.#env, this.#instruments, this.#letters, elapsed, failure && errorType(failure.error));
  }

  #spanOf({ own }: Letter): Span | undefined {
    return own?.span ?? (this.#batch ? undefined : this.#call?.span);
  }

  #fail(error: unknown): void {
    if (this.#call !== undefined) failSpan(this.#call.span, error);
    for (const letter of this.#letters) {
      letter.failure = errorType(error);
      if (letter.own !== undefined) failSpan(letter.own.span, error);
    }
  }
}
