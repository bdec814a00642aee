import type { BatchBuffer } from './batch-buffer.ts';
import type { Captured } from './captured.ts';
import type { Envelope } from './envelope.ts';
import type { TimedHandoff } from './timers.ts';

/**
 * Takes the trace context and the baggage across boundaries inside a program: what is captured on this side is attached on the
 * other one, in a span `run {boundary}` that is a child of where it was captured, or a new root that links to it when the work
 * starts later than the boundary's rule allows, and detached again whatever the work does.
 *
 * A boundary has a name like a queue, and rules of the policy match it (`fulfilment`, `handoff:fulfilment`).
 */
export interface Handoff extends TimedHandoff {
  /**
   * Captures the active context. Call it **before** the boundary, where the work is requested.
   *
   * @param boundary whose rule says what baggage crosses. Default: the rules for all boundaries (`*`) do.
   *
   * @example
   * jobs.push({ order, captured: handoff.capture() });
   * // later, somewhere else
   * const { order, captured } = jobs.shift();
   * await handoff.run('fulfilment', captured, () => fulfil(order));
   */
  capture(boundary?: string): Captured;

  /**
   * Runs work in the captured context. The span ends when what the work returns settles; work that calls back later is
   * over when it returns.
   *
   * @returns what the work returns. What it throws is recorded on the span and thrown on.
   * @throws {WaybillError} with code `WAYBILL_NOT_A_FUNCTION` when there is no work, as `bind`, `recurring` and `open` do.
   */
  run<R>(boundary: string, captured: Captured, work: () => R): R;

  /**
   * Captures now and attaches whenever the function is called: for callbacks, listeners, and tasks of a pool.
   *
   * @returns a function with the same parameters, `this` and result. Each call has a span of its own.
   *
   * @example
   * limiter.add(handoff.bind('thumbnails', () => resize(image)));
   * emitter.once('ready', handoff.bind('ready', () => reply()));
   */
  bind<F extends (...parameters: never[]) => unknown>(boundary: string, callback: F): F;

  /**
   * Captures now, for repeated work: by an interval, by cron, by any scheduler. Every run is a root of its own
   * that links to here and to the run before it, so no trace grows without end. The baggage arrives in each.
   *
   * @returns a function with the same parameters, `this` and result.
   *
   * @example
   * cron.schedule('0 3 * * *', handoff.recurring('nightly-report', () => report()));
   */
  recurring<F extends (...parameters: never[]) => unknown>(boundary: string, callback: F): F;

  /**
   * Puts the active context beside a payload that is posted to a worker thread, a child process or a pool of either.
   *
   * @param boundary whose rule says what baggage crosses. Default: the rules for all boundaries (`*`) do.
   *
   * @example
   * worker.postMessage(handoff.envelope({ image: 'a.png' }));
   */
  envelope<T>(payload: T, boundary?: string): Envelope<T>;

  /**
   * Runs work for the payload of an envelope, on the other side. A value without an envelope is a payload without a context.
   *
   * @example
   * parentPort.on('message', (envelope: Envelope<Task>) =>
   *   handoff.open('thumbnails', envelope, ({ image }) => resize(image)),
   * );
   */
  open<T, R>(boundary: string, envelope: Envelope<T>, work: (payload: T) => R): R;

  /**
   * Runs work for every envelope of an asynchronous iterable, such as a stream in object mode, one after the other.
   *
   * @example
   * await handoff.each('lines', readable as AsyncIterable<Envelope<string>>, async (line) => store(line));
   */
  each<T>(
    boundary: string,
    source: AsyncIterable<Envelope<T>> | Iterable<Envelope<T>>,
    work: (payload: T) => unknown,
  ): Promise<void>;

  /** A buffer that many callers fill and one flushes, in one span that links to all of them. */
  buffer<T>(boundary: string): BatchBuffer<T>;
}
