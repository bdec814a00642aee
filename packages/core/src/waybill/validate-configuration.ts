import { WaybillError } from '../ground/waybill-error.ts';
import type { Middleware } from '../middleware/middleware.ts';
import { describeUnknownKey, show, unknownKeys } from '../policy/policy-mistakes.ts';
import { namesQueue, validatePolicy } from '../policy/validate-policy.ts';
import type { PublishWithOptions } from './waybill.ts';

/** Throws if options for `createWaybill` are wrong, with all mistakes at once. */
export function assertOptions(options: unknown): void {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    throw invalidConfiguration('createWaybill', [
      `options: ${show(options)} is not an object. Write { policy: { linkAfter: '1m' } }.`,
    ]);
  }
  const mistakes: string[] = [];
  const checks: Readonly<Record<string, (value: unknown) => string | undefined>> = {
    policy: () => undefined,
    policySource: has(
      ['subscribe'],
      'a PolicySource. Write one with current and subscribe, or pass a policy that does not change as policy',
    ),
    tracerProvider: has(['getTracer'], 'a TracerProvider. Leave it out to use the global one'),
    meterProvider: has(['getMeter'], 'a MeterProvider. Leave it out to use the global one'),
    propagator: has(
      ['inject', 'extract', 'fields'],
      'a TextMapPropagator. Leave it out to use W3C Trace Context and Baggage',
    ),
    clock: (value) =>
      typeof value === 'function' ? undefined : 'a function that returns ms since the epoch',
    alsoLinkParent: oneOf(true, false),
    messageSpans: oneOf(true, false),
    receiveSpans: oneOf('ambient', 'always', 'never'),
    memoryLimit: (value) =>
      Number.isSafeInteger(value) && (value as number) >= 65_536
        ? undefined
        : 'a whole number of bytes from 65536. Leave it out for 16 MiB',
    diagnose: oneOf(true, false),
  };
  const keys = Object.keys(checks);
  for (const key of unknownKeys(options, keys)) {
    mistakes.push(describeUnknownKey(`options.${key}`, options, key, keys));
  }
  for (const [key, check] of Object.entries(checks)) {
    const value = (options as Record<string, unknown>)[key];
    const wanted = value === undefined ? undefined : check(value);
    if (wanted !== undefined) mistakes.push(`options.${key}: ${show(value)} is not ${wanted}.`);
  }
  const { policy } = options as { policy?: unknown };
  if (policy !== undefined) mistakes.push(...validatePolicy(policy).map(({ message }) => message));
  if (mistakes.length > 0) throw invalidConfiguration('createWaybill', mistakes);
}

/** Throws if the value to register is not middleware. */
export function assertMiddleware(pattern: unknown, middleware: unknown): asserts middleware is Middleware {
  const mistakes: string[] = [];
  if (pattern !== undefined && (typeof pattern !== 'string' || !namesQueue(pattern))) {
    mistakes.push(
      `pattern: ${show(pattern)} is not the name of a queue. Write 'orders', 'reports.*' or 'kafka:orders'.`,
    );
  }
  const { publish, consume } = Object(middleware) as { publish?: unknown; consume?: unknown };
  for (const [key, value] of Object.entries({ publish, consume })) {
    if (value !== undefined && typeof value !== 'function') {
      mistakes.push(
        `middleware.${key}: ${show(value)} is not a function. Write ${key}(call, next) { return next(); }.`,
      );
    }
  }
  if (publish === undefined && consume === undefined) {
    mistakes.push(
      `middleware: ${show(middleware)} has neither publish nor consume. Write { publish(call, next) { return next(); } }.`,
    );
  }
  if (mistakes.length > 0) throw invalidConfiguration('waybill.use', mistakes);
}

/** Throws if the requested relation is not one, or the publishing function is not a function. */
export function assertPublishWith(options: unknown, publish: unknown): asserts options is PublishWithOptions {
  const { relation } = Object(options) as { relation?: unknown };
  const mistakes: string[] = [];
  if (relation !== 'parent' && relation !== 'link' && relation !== 'none') {
    mistakes.push(`relation: ${show(relation)} is unknown. Write 'parent', 'link' or 'none'.`);
  }
  if (typeof publish !== 'function') {
    mistakes.push(`publish: ${show(publish)} is not a function. Write () => producer.send(…).`);
  }
  if (mistakes.length > 0) throw invalidConfiguration('waybill.publishWith', mistakes);
}

/** The error for mistakes in a configuration, or in what another function was given, all of them at once. */
export function invalidConfiguration(place: string, mistakes: readonly string[]): WaybillError {
  const count = mistakes.length === 1 ? 'a mistake' : `${mistakes.length} mistakes`;
  return new WaybillError(
    place === 'createWaybill' ? 'WAYBILL_INVALID_CONFIGURATION' : 'WAYBILL_INVALID_OPTION',
    `${place}: ${count} in its configuration\n  ${mistakes.join('\n  ')}`,
  );
}

function has(methods: readonly string[], wanted: string): (value: unknown) => string | undefined {
  return (value) => {
    const candidate = Object(value) as Record<string, unknown>;
    return methods.every((method) => typeof candidate[method] === 'function') ? undefined : wanted;
  };
}

function oneOf(...values: readonly (string | boolean)[]): (value: unknown) => string | undefined {
  const wanted = values.map((value) => show(value)).join(' or ');
  return (value) => (values.some((one) => one === value) ? undefined : wanted);
}
