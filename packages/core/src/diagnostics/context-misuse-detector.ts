import { type HrTime, type Span, SpanKind } from '@opentelemetry/api';
import type { Reporter } from '../diag.ts';
import type { Relation } from '../policy/policy.ts';
import type { IncomingMessage } from '../seam/incoming-message.ts';
import { type Diagnostic, diagnosticOf } from './diagnostic.ts';
import { placeOfCall } from './place-of-call.ts';

/** How many runs may continue one capture. */
const mostRuns = 100;

/** How many different diagnostics are kept. */
const mostDiagnostics = 1_000;

/** How many bound callbacks are tracked at most. */
const mostPending = 100_000;

/** How often work of a boundary has handed on more work of that boundary, one after the other. */
interface Chain {
  readonly boundary: string;
  readonly length: number;
}

interface Capture {
  readonly place: string | undefined;

  /** The span of the work in which the capture was made. */
  readonly chain: Chain | undefined;
  readonly isEmpty: boolean;
  readonly trace: string | undefined;

  /** In ms since the epoch. */
  readonly time: number;

  /** Code that runs before any other code gets its turn. */
  readonly turn: object;

  /** In how many turns it was used, and the last turn. */
  runs: number;
  lastRun: object | undefined;
}

interface Bound {
  readonly boundary: string;
  readonly place: string | undefined;
}

/** Properties of SDK spans beyond the API. Each may be missing. */
interface ReadableSpan extends Span {
  readonly name?: string;
  readonly kind?: SpanKind;
  readonly parentSpanContext?: unknown;
  readonly parentSpanId?: unknown;
  readonly startTime?: HrTime;
}

/**
 * Records every capture, attach and detach during development, and finds mistakes with their place. Each mistake is reported
 * once through `diag`, and kept for `expectNoLeaks()` of the testing package.
 */
export class ContextMisuseDetector {
  readonly #reporter: Reporter;
  readonly #diagnostics = new Map<string, Diagnostic>();
  readonly #captures = new WeakMap<object, Capture>();
  readonly #ended = new WeakSet<Span>();
  readonly #chains = new WeakMap<Span, Chain>();
  readonly #bound = new WeakMap<object, Bound>();
  readonly #pending = new Set<Bound>();
  readonly #forgotten = new FinalizationRegistry<Bound>((bound) => {
    if (this.#pending.delete(bound)) this.#find('WAYBILL_NEVER_RAN', bound.boundary, bound.place);
  });
  #turn: object | undefined;

  constructor(reporter: Reporter) {
    this.#reporter = reporter;
  }

  /** Returns and clears all findings, and the bound callbacks that have not run yet. */
  takeDiagnostics(): readonly Diagnostic[] {
    for (const { boundary, place } of this.#pending) this.#find('WAYBILL_NEVER_RAN', boundary, place);
    this.#pending.clear();
    const diagnostics = [...this.#diagnostics.values()];
    this.#diagnostics.clear();
    return diagnostics;
  }

  /** A context was captured. */
  captured(
    carrier: object,
    { span, baggage }: { readonly span: Span | undefined; readonly baggage: unknown },
  ): void {
    this.#captures.set(carrier, {
      place: placeOfCall(),
      chain: span && this.#chains.get(span),
      isEmpty: span === undefined && baggage === undefined,
      trace: span?.spanContext().traceId,
      time: performance.timeOrigin + performance.now(),
      turn: this.#currentTurn(),
      runs: 0,
      lastRun: undefined,
    });
    this.used(span);
  }

  /** The active context was used for something new: captured, or sent. */
  used(active: Span | undefined): void {
    if (active !== undefined && this.#ended.has(active))
      this.#find('WAYBILL_STILL_ATTACHED', spanName(active), placeOfCall());
  }

  /**
   * Work for a carrier begins.
   *
   * @param relation how it relates to the captured trace.
   */
  attached(
    { native: carrier, destination, recurring }: IncomingMessage,
    ambient: Span | undefined,
    relation: Relation,
  ): void {
    const capture = isObject(carrier) ? this.#captures.get(carrier) : undefined;
    if (capture === undefined) return;
    if (capture.isEmpty && !recurring && capture.turn === this.#turn) {
      this.#find('WAYBILL_CAPTURED_NOTHING', destination, capture.place);
    }
    if (relation === 'parent' && this.#grows(capture, destination)) {
      this.#find('WAYBILL_GROWING_TRACE', destination, capture.place);
    }
    if (ambient !== undefined && isRootBesides(ambient, capture)) {
      this.#find('WAYBILL_SPAN_BEFORE_ATTACH', spanName(ambient), placeOfCall());
    }
  }

  /** Work for a carrier has a span. */
  began(span: Span, { native, destination }: IncomingMessage): void {
    const capture = isObject(native) ? this.#captures.get(native) : undefined;
    if (capture === undefined) return;
    const length = capture.chain?.boundary === destination ? capture.chain.length + 1 : 1;
    this.#chains.set(span, { boundary: destination, length });
  }

  /** A span of ours has ended. */
  detached(span: Span): void {
    this.#ended.add(span);
  }

  /** Another instrumentation has a span for the message to be processed. */
  doubled(otherInstrumentation: Span): void {
    this.#find('WAYBILL_TWO_INSTRUMENTATIONS', spanName(otherInstrumentation), placeOfCall());
  }

  /** A callback was bound, and is expected to run. */
  bound(callback: object, boundary: string): void {
    if (this.#pending.size >= mostPending) return;
    const bound = { boundary, place: placeOfCall() };
    this.#pending.add(bound);
    this.#bound.set(callback, bound);
    this.#forgotten.register(callback, bound);
  }

  /** A callback that was bound runs. */
  ran(callback: object): void {
    const bound = this.#bound.get(callback);
    if (bound !== undefined) this.#pending.delete(bound);
  }

  /** Whether a trace has grown by many runs: of one capture in many turns, or of work that asked for itself again and again. */
  #grows(capture: Capture, boundary: string): boolean {
    if (capture.chain?.boundary === boundary && capture.chain.length === mostRuns) return true;
    if (capture.lastRun === this.#currentTurn()) return false;
    capture.lastRun = this.#turn;
    capture.runs += 1;
    return capture.runs === mostRuns;
  }

  #currentTurn(): object {
    if (this.#turn === undefined) {
      this.#turn = {};
      queueMicrotask(() => {
        this.#turn = undefined;
      });
    }
    return this.#turn;
  }

  #find(code: Diagnostic['code'], what: string, place: string | undefined): void {
    const diagnostic = diagnosticOf(code, what, place);
    this.#reporter.reportOnce(code, diagnostic.message);
    if (this.#diagnostics.size < mostDiagnostics) this.#diagnostics.set(diagnostic.message, diagnostic);
  }
}

/** A span that the application itself started after the capture and outside the captured trace. */
function isRootBesides(span: ReadableSpan, { trace, time }: Capture): boolean {
  if (!span.isRecording() || span.kind !== SpanKind.INTERNAL || span.startTime === undefined) return false;
  if (span.parentSpanContext !== undefined || span.parentSpanId !== undefined) return false;
  const [seconds, nanoseconds] = span.startTime;
  return span.spanContext().traceId !== trace && seconds * 1_000 + nanoseconds / 1e6 >= time;
}

function spanName(span: ReadableSpan): string {
  return span.name ?? 'a span';
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
