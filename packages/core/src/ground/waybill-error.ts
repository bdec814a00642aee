const brand = Symbol.for('waybill.error');

/** What went wrong: a mistake in the configuration, or middleware that breaks its contract. */
export type WaybillErrorCode =
  | 'invalid-configuration'
  | 'middleware-next-twice'
  | 'middleware-next-late'
  | 'middleware-without-next'
  | 'middleware-async-on-sync-call'
  | 'earlier-message-failed';

/**
 * The one error class of Waybill. Traffic never causes one: it is thrown for configuration and for middleware.
 *
 * `instanceof` also holds for an instance made by another copy of this package (ESM beside CommonJS, or two versions).
 *
 * @example
 * try {
 *   createWaybill({ policy: { linkAfter: 'soon' } });
 * } catch (error) {
 *   if (error instanceof WaybillError && error.code === 'invalid-configuration') process.exit(78);
 * }
 */
export class WaybillError extends Error {
  /** Stable across versions, unlike the message. */
  readonly code: WaybillErrorCode;

  constructor(code: WaybillErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
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
