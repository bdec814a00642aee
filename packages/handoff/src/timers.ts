import { type Instrumenter, wrapFunction } from '@waybill/core/adapter';
import { CapturedWork, captureActive } from './captured.ts';

/** Timers: the name of the boundary, followed by the parameters of Node.js. */
export interface TimedHandoff {
  /**
   * `setTimeout`: the callback runs in the context of this call. The time is an intended delay, which a rule with
   * `ageFrom: 'due'` leaves out of the age.
   *
   * @param ms milliseconds.
   *
   * @example
   * handoff.setTimeout('reminder', () => remind(user), 3_600_000);
   */
  setTimeout<A extends unknown[]>(
    boundary: string,
    callback: (...parameters: A) => unknown,
    ms?: number,
    ...parameters: A
  ): NodeJS.Timeout;

  /** `setImmediate`: the callback runs in the context of this call. */
  setImmediate<A extends unknown[]>(
    boundary: string,
    callback: (...parameters: A) => unknown,
    ...parameters: A
  ): NodeJS.Immediate;

  /** `setInterval`: every run is a root of its own that links to this call and to the run before it. */
  setInterval<A extends unknown[]>(
    boundary: string,
    callback: (...parameters: A) => unknown,
    ms?: number,
    ...parameters: A
  ): NodeJS.Timeout;
}

/** Timers whose callbacks are traced. */
export function timedHandoff(
  instrumenter: Instrumenter,
  recurring: <A extends unknown[]>(
    boundary: string,
    callback: (...parameters: A) => unknown,
  ) => (...parameters: A) => unknown,
): TimedHandoff {
  const once = <A extends unknown[]>(
    boundary: string,
    callback: (...parameters: A) => unknown,
    delay: number,
  ): ((...parameters: A) => unknown) => {
    const captured = captureActive(instrumenter, boundary);
    return wrapFunction(callback, (call) => {
      const work = new CapturedWork(boundary, captured, { delay });
      return instrumenter.process({ messages: [work], batch: false }, call);
    });
  };
  return {
    setTimeout: (boundary, callback, ms = 1, ...parameters) =>
      setTimeout(once(boundary, callback, ms), ms, ...parameters),
    setImmediate: (boundary, callback, ...parameters) =>
      setImmediate(once(boundary, callback, 0), ...parameters),
    setInterval: (boundary, callback, ms, ...parameters) =>
      setInterval(recurring(boundary, callback), ms, ...parameters),
  };
}
