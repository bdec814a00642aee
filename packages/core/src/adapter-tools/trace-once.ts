import { reporter, reportFailure } from '../diag.ts';
import { WaybillError } from '../ground/waybill-error.ts';
import { describeGiven, wrongUse } from '../ground/wrong-use.ts';
import type { AdapterInfo, Instrumenter } from '../seam/instrumenter.ts';
import type { Waybill } from '../waybill/waybill.ts';
import { instrumenterOf } from './instrumenter-of.ts';
import { copySignature } from './wrap-function.ts';

const mark = Symbol.for('waybill.traced');

/** What a function such as `traceProducer` takes. Its errors name it. */
export interface Traceable {
  /** The function that the application calls: `traceProducer`. */
  readonly by: string;

  /** What it takes: `a producer of kafkajs`. */
  readonly wanted: string;

  /** How the application gets one: `kafka.producer()`. */
  readonly from: string;

  /** The methods that it must have, such as `send` or `middlewareStack.add`. */
  readonly methods: readonly string[];

  /**
   * Whether what the client receives has an order that `processMessages` keeps. Then the client is wrapped also while Waybill is switched
   * off, to remember that order, and its calls go straight through. Default `false`: it stays bare.
   */
  readonly keepsOrder?: boolean;
}

/** The overriding in progress: it is synchronous, so there is one at a time. */
interface Overriding {
  readonly adapter: AdapterInfo;
  readonly undo: (() => void)[];
}

let overriding: Overriding | undefined;

/**
 * Traces a client in place: the application keeps its client, with its identity and its types. It is traced completely or
 * not at all: the client is checked before anything is changed, and overridden methods are restored when a later step
 * throws.
 *
 * A client that is already traced stays as it is, so wrapping twice is the same as once. If another Waybill traces it, that one
 * keeps it, and `diag` reports that once. Where Waybill is switched off, the client stays bare.
 *
 * @param trace overrides methods of the client; see {@link overrideMethod}. Listeners are added last.
 * @returns the client.
 * @throws WaybillError `WAYBILL_WRONG_CLIENT` if the client is not what is wanted, `WAYBILL_NOT_A_WAYBILL` if there is no Waybill.
 *
 * @example
 * return traceOnce(
 *   producer,
 *   waybill,
 *   adapterInfo,
 *   { by: 'traceProducer', wanted: 'a producer of kafkajs', from: 'kafka.producer()', methods: ['send'] },
 *   (instrumenter) => overrideMethod(producer, 'send', (original, bare) => …),
 * );
 */
export function traceOnce<T extends object>(
  client: T,
  waybill: Waybill,
  adapter: AdapterInfo,
  traceable: Traceable,
  trace: (instrumenter: Instrumenter) => void,
): T {
  checkClient(client, traceable);
  const instrumenter = instrumenterOf(waybill, adapter, traceable.by);
  if (instrumenter.isDisabled && traceable.keepsOrder !== true) return client;
  if (isTraced(client, waybill, traceable.by)) return client;
  try {
    override(adapter, () => {
      trace(instrumenter);
      markTraced(client, waybill);
    });
  } catch (cause) {
    if (cause instanceof WaybillError) throw cause;
    throw new WaybillError(
      'WAYBILL_WRONG_CLIENT',
      `${traceable.by}: ${describeGiven(client)} cannot be traced, and nothing of it was changed: ${String(cause)}. Pass what ${traceable.from} gives, neither frozen nor wrapped.`,
      { cause },
    );
  }
  return client;
}

/**
 * Whether something is already traced: a client, a function, or what a client hands its calls to. If another Waybill traces it,
 * `diag` reports that once.
 *
 * @param by the function that the application called.
 */
export function isTraced(target: object, waybill: Waybill, by: string): boolean {
  if (!(mark in target)) return false;
  if (target[mark] !== waybill) {
    reporter.reportOnce(
      'WAYBILL_TRACED_TWICE',
      `${by}: the client is traced by another Waybill already, which stays. Create one Waybill, and trace each client once`,
    );
  }
  return true;
}

/** Marks something as traced, for {@link isTraced} of every copy of this package. */
export function markTraced(target: object, waybill: Waybill): void {
  Object.defineProperty(target, mark, { value: waybill });
}

/**
 * Traces an object that a traced client made, such as its transaction. An object that cannot be traced stays as it is and is
 * reported through `diag`: the application's call is not at fault.
 *
 * @param trace overrides methods; see {@link overrideMethod}.
 * @returns the inner client.
 */
export function traceInner<T extends object>(
  inner: T,
  waybill: Waybill,
  adapter: AdapterInfo,
  trace: () => void,
): T {
  if (typeof inner !== 'object' || inner === null || mark in inner) return inner;
  try {
    override(adapter, () => {
      trace();
      markTraced(inner, waybill);
    });
  } catch (error) {
    reportFailure(`Tracing ${describeGiven(inner)} by ${adapter.name}`, error);
  }
  return inner;
}

/**
 * Replaces a method on one instance. The replacement has the name, the number of parameters and the enumerability that the
 * method had.
 *
 * @param wrap gets the client's method, to be called with the client as `this`: `original` as it was found, for while there is
 * nothing to do; `bare` without what an automatic instrumentation wrapped around it, so that no span is doubled and no header
 * written twice. Mostly they are the same.
 */
export function overrideMethod<T extends object, K extends keyof T>(
  client: T,
  name: K,
  wrap: (original: T[K] & CallableFunction, bare: T[K] & CallableFunction) => T[K],
): void {
  const original = client[name] as T[K] & CallableFunction;
  const replacement = wrap(original, bareMethod(original));
  copySignature(replacement as T[K] & object, original);
  const own = Object.getOwnPropertyDescriptor(client, name);
  Object.defineProperty(client, name, {
    value: replacement,
    writable: true,
    configurable: true,
    enumerable: own?.enumerable ?? false,
  });
  overriding?.undo.push(() => {
    if (own === undefined) delete client[name];
    else Object.defineProperty(client, name, own);
  });
}

/** A method wrapped by automatic instrumentations of OpenTelemetry JS: the client's own is kept beside the wrapper. */
interface WrappedMethod {
  readonly __wrapped?: unknown;
  readonly __original?: unknown;
}

/** The client's own method. A bypassed instrumentation is reported the first time. */
function bareMethod<M extends CallableFunction>(method: M): M {
  const { __wrapped, __original } = method as WrappedMethod;
  const adapter = overriding?.adapter;
  if (adapter === undefined || __wrapped !== true || typeof __original !== 'function') return method;
  const bare = function (this: unknown, ...args: unknown[]): unknown {
    reportBypassed(adapter);
    return __original.apply(this, args);
  };
  return bare as unknown as M;
}

/** Reports once through `diag` that another instrumentation of the same client is bypassed, and how to switch it off. */
export function reportBypassed(adapter: AdapterInfo): void {
  const { name, otherInstrumentation: fix } = adapter;
  reporter.reportOnce(
    'WAYBILL_OTHER_INSTRUMENTATION',
    `Another instrumentation traces the same client as ${name} and is bypassed there.${fix === undefined ? '' : ` ${fix}`}`,
  );
}

function override(adapter: AdapterInfo, run: () => void): void {
  const outer = overriding;
  const undo: (() => void)[] = [];
  overriding = { adapter, undo };
  try {
    run();
  } catch (error) {
    for (const step of undo.reverse()) step();
    throw error;
  } finally {
    overriding = outer;
  }
}

function checkClient(client: unknown, { by, wanted, from, methods }: Traceable): void {
  const fault = faultOf(client, methods);
  if (fault === undefined) return;
  throw wrongUse('WAYBILL_WRONG_CLIENT', by, client, `is not ${wanted}${fault}. Pass what ${from} gives.`);
}

/** What is wrong with a client; `undefined` if nothing is. */
function faultOf(client: unknown, methods: readonly string[]): string | undefined {
  if ((typeof client !== 'object' && typeof client !== 'function') || client === null) return '';
  if (isFunctionOf(client, 'then')) return ', but may become one. Await it first';
  const missing = methods.filter((method) => !isFunctionOf(client, method));
  return missing.length === 0 ? undefined : `: it has no method ${missing.join(', ')}`;
}

function isFunctionOf(client: object, name: string): boolean {
  try {
    const value = name.split('.').reduce<unknown>((object, key) => Reflect.get(Object(object), key), client);
    return typeof value === 'function';
  } catch {
    return false;
  }
}
