import { type Port, portOf, type Waybill } from '@waybill/core/adapter';
import { BatchBuffer } from './batch-buffer.ts';
import { type Captured, CapturedWork, captureActive, type WorkDetails } from './captured.ts';
import type { Handoff } from './handoff.ts';
import { profile } from './profile.ts';
import { timedHandoff } from './timers.ts';

type Callback = (...parameters: never[]) => unknown;

/**
 * Makes the hand-off of a Waybill, whose policy, middleware and providers it shares.
 *
 * @example
 * const handoff = createHandoff(createWaybill({ policy: { queues: { 'handoff:nightly-*': { relation: 'link' } } } }));
 */
export function createHandoff(waybill: Waybill): Handoff {
  const port = portOf(waybill, profile);
  const capture = (): Captured => captureActive(port);
  const run: Handoff['run'] = (boundary, captured, work) => process(port, boundary, captured, {}, work);
  const open: Handoff['open'] = (boundary, { carrier, payload }, work) =>
    run(boundary, carrier, () => work(payload));
  const bind = <F extends Callback>(boundary: string, callback: F): F => {
    const captured = capture();
    port.ledger?.bound(captured, boundary);
    return around(callback, (call) => {
      port.ledger?.ran(captured);
      return run(boundary, captured, call);
    });
  };
  const recurring = <F extends Callback>(boundary: string, callback: F): F => {
    const captured = capture();
    const schedule = `${boundary} ${++schedules}`;
    let runs = 0;
    return around(callback, (call) =>
      process(port, boundary, captured, { schedule, id: String(++runs) }, call),
    );
  };
  return {
    capture,
    run,
    bind,
    recurring,
    envelope: (payload) => ({ payload, carrier: capture() }),
    open,
    async each(boundary, source, work) {
      for await (const envelope of source) await open(boundary, envelope, work);
    },
    buffer: (boundary) => new BatchBuffer(port, boundary),
    ...timedHandoff(port, recurring),
  };
}

/** Two schedules may have the same name. */
let schedules = 0;

function process<R>(
  port: Port,
  boundary: string,
  captured: Captured,
  details: WorkDetails,
  work: () => R,
): R {
  return port.process({ messages: [new CapturedWork(boundary, captured, details)], batch: false }, work);
}

/** A function that is called like another one, and calls it inside of something. */
function around<F extends Callback>(callback: F, inside: (call: () => unknown) => unknown): F {
  const original = callback as unknown as (...parameters: unknown[]) => unknown;
  const wrapped = {
    callback(this: unknown, ...parameters: unknown[]): unknown {
      return inside(() => original.apply(this, parameters));
    },
  }.callback;
  Object.defineProperties(wrapped, {
    name: { value: callback.name, configurable: true },
    length: { value: callback.length, configurable: true },
  });
  return wrapped as unknown as F;
}
