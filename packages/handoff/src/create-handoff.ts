import {
  checkFunction,
  type Instrumenter,
  instrumenterOf,
  type Waybill,
  wrapFunction,
} from '@waybill/core/adapter';
import { adapterInfo } from './adapter-info.ts';
import { BatchBuffer } from './batch-buffer.ts';
import { type Captured, CapturedWork, captureActive, type WorkDetails } from './captured.ts';
import { asEnvelope } from './envelope.ts';
import type { Handoff } from './handoff.ts';
import { timedHandoff } from './timers.ts';

type Callback = (...parameters: never[]) => unknown;

/**
 * Makes a hand-off that shares the policy, the middleware and the providers of a Waybill.
 *
 * @example
 * const handoff = createHandoff(createWaybill({ policy: { queues: { 'handoff:nightly-*': { relation: 'link' } } } }));
 */
export function createHandoff(waybill: Waybill): Handoff {
  const instrumenter = instrumenterOf(waybill, adapterInfo, 'createHandoff');
  const capture = (boundary?: string): Captured => captureActive(instrumenter, boundary);
  const run: Handoff['run'] = (boundary, captured, work) => {
    checkFunction(work, 'handoff.run', "Write handoff.run('thumbnails', captured, () => resize(image)).");
    return runWork(instrumenter, boundary, captured, {}, work);
  };
  const open: Handoff['open'] = (boundary, envelope, work) => {
    checkFunction(
      work,
      'handoff.open',
      "Write handoff.open('thumbnails', envelope, ({ image }) => resize(image)).",
    );
    const { carrier, payload } = asEnvelope(envelope);
    return run(boundary, carrier, () => work(payload));
  };
  const bind = <F extends Callback>(boundary: string, callback: F): F => {
    checkFunction(callback, 'handoff.bind', "Write handoff.bind('thumbnails', () => resize(image)).");
    const captured = capture(boundary);
    instrumenter.boundCallbacks?.bound(captured, boundary);
    return wrapFunction(callback, (call) => {
      instrumenter.boundCallbacks?.ran(captured);
      return run(boundary, captured, call);
    });
  };
  const repeated = <F extends Callback>(boundary: string, callback: F): F => {
    const captured = capture(boundary);
    const schedule = `${boundary} ${++schedules}`;
    let runs = 0;
    return wrapFunction(callback, (call) =>
      runWork(instrumenter, boundary, captured, { schedule, id: String(++runs) }, call),
    );
  };
  return {
    capture,
    run,
    bind,
    recurring(boundary, callback) {
      checkFunction(
        callback,
        'handoff.recurring',
        "Write handoff.recurring('nightly-report', () => report()).",
      );
      return repeated(boundary, callback);
    },
    envelope: (payload, boundary) => ({ payload, carrier: capture(boundary) }),
    open,
    async each(boundary, source, work) {
      for await (const envelope of source) await open(boundary, envelope, work);
    },
    buffer: (boundary) => new BatchBuffer(instrumenter, boundary),
    // Node.js refuses what is no callback of a timer.
    ...timedHandoff(instrumenter, repeated),
  };
}

/** Two schedules may have the same name. */
let schedules = 0;

function runWork<R>(
  instrumenter: Instrumenter,
  boundary: string,
  captured: Captured,
  details: WorkDetails,
  work: () => R,
): R {
  return instrumenter.process(
    { messages: [new CapturedWork(boundary, captured, details)], batch: false },
    work,
  );
}
