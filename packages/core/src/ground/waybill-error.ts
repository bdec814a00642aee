import type { WaybillErrorCode } from '../codes.ts';

const brand = Symbol.for('waybill.error');

/**
 * The one error class of Waybill. Traffic never causes one: it is thrown for wrong use, for configuration and for middleware. Its message
 * ends with its code, under which `docs/errors.md` says what to do.
 *
 * `instanceof` also holds for an instance made by another copy of this package (ESM beside CommonJS, or two versions).
 *
 * @example
 * try {
 *   createWaybill({ policy: { linkAfter: 'soon' } });
 * } catch (error) {
 *   if (error instanceof WaybillError && error.code === 'WAYBILL_INVALID_CONFIGURATION') process.exit(78);
 * }
 */
export class WaybillError extends Error {
  /** Stable across versions, unlike the message. */
  readonly code: WaybillErrorCode;

  /** @param message what is wrong and the fix; the code is added to it. */
  constructor(code: WaybillErrorCode, message: string, options?: ErrorOptions) {
    super(`${message} [${code}]`, options);
    this.name = 'WaybillError';
    this.code = code;
    Object.defineProperty(this, brand, { value: true });
  }

  static override readonly [Symbol.hasInstance]: (value: unknown) => boolean = hasInstance;
}

function hasInstance(this: unknown, value: unknown): boolean {
  // A subclass inherits this, and is a class of its own.
  if (this !== WaybillError) return Function.prototype[Symbol.hasInstance].call(this as typeof Error, value);
  return typeof value === 'object' && value !== null && brand in value;
}
