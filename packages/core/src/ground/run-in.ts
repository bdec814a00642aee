import { AsyncLocalStorage } from 'node:async_hooks';
import { type Context, context, ROOT_CONTEXT } from '@opentelemetry/api';
import { reportFailure } from '../diag.ts';

let contained = false;

/** A context that may have another form for SDKs, as a `MessageContext` has. */
interface ActivatedContext extends Context {
  forSdk?(): Context;
}

/**
 * Says whether the context manager leaves something behind. Then what is run gets a frame of its own, where that stays. It holds for
 * the process, as the manager does.
 */
export function contain(leaks: boolean): void {
  contained = leaks;
}

/**
 * Runs a function once, with a context active. What it returns or throws comes back as it is, also where the context manager
 * throws: then it runs without the context.
 */
export function runIn<R>(target: ActivatedContext, run: () => R): R {
  return contained ? AsyncLocalStorage.snapshot()(enter<R>, target, run) : enter(target, run);
}

function enter<R>(target: ActivatedContext, run: () => R): R {
  let state = 'waiting' as 'waiting' | 'running' | 'returned';
  let returned: R | undefined;
  try {
    return context.with(target.forSdk?.() ?? target, () => {
      state = 'running';
      returned = run();
      state = 'returned';
      return returned;
    });
  } catch (error) {
    if (state === 'running') throw error;
    reportFailure('Setting a context', error);
    return state === 'waiting' ? run() : (returned as R);
  }
}

/** The context that is active; the root where the context manager throws. */
export function activeContext(): Context {
  try {
    return context.active();
  } catch (error) {
    reportFailure('Reading the active context', error);
    return ROOT_CONTEXT;
  }
}
