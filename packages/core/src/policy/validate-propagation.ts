import { isListOfTexts, isObject, type PolicyMistakes, show } from './policy-mistakes.ts';

/** A name of a header as HTTP and every broker here take it. */
const headerName = /^[\w!#$%&'*+\-.^`|~:]+$/;

/** Headers that hold something else than the context of a span. */
const otherHeaders = ['tracestate', 'baggage', 'waybill'];

/** Adds what is wrong with a rule's `accept`. */
export function checkAccept(path: readonly string[], accept: unknown, mistakes: PolicyMistakes): void {
  if (accept === undefined) return;
  const fix = "Write ['traceparent', 'ce_traceparent'], the first one that is to be read first.";
  if (!isListOfTexts(accept) || accept.length === 0 || !accept.every((name) => headerName.test(name))) {
    mistakes.add(path, `${show(accept)} is not a list of header names. ${fix}`);
    return;
  }
  const other = accept.find((name) => otherHeaders.includes(name.toLowerCase()));
  if (other !== undefined) {
    mistakes.add(path, `${show(other)} holds no trace context in the format of traceparent. ${fix}`);
  }
}

/** Adds what is wrong with a rule's `propagator`. */
export function checkPropagator(
  path: readonly string[],
  { propagator, accept }: Readonly<Record<string, unknown>>,
  mistakes: PolicyMistakes,
): void {
  if (propagator === undefined) return;
  const candidate = Object(propagator) as Record<string, unknown>;
  if (['inject', 'extract', 'fields'].some((method) => typeof candidate[method] !== 'function')) {
    mistakes.add(
      path,
      `${show(propagator)} is not a TextMapPropagator. Write new B3Propagator(), for instance, in code.`,
    );
  } else if (accept !== undefined) {
    mistakes.add(
      path,
      'a propagator chooses the headers that are read, so accept has no effect. Leave one of them out.',
    );
  }
}

/** Adds what is wrong with a rule's `carrier`. */
export function checkCarrier(path: readonly string[], carrier: unknown, mistakes: PolicyMistakes): void {
  if (carrier === undefined) return;
  if (!isObject(carrier)) {
    mistakes.add(path, `${show(carrier)} is not an object. Write { baggage: false }.`);
    return;
  }
  mistakes.addUnknownKeys(path, carrier, ['baggage', 'waybill']);
  for (const key of ['baggage', 'waybill']) {
    mistakes.checkChoice([...path, key], carrier[key], [true, false]);
  }
}

/** Adds what is wrong with a rule's `envelope`. */
export function checkEnvelope(path: readonly string[], envelope: unknown, mistakes: PolicyMistakes): void {
  if (envelope === undefined || isFormat(envelope)) return;
  if (!isObject(envelope)) {
    mistakes.add(
      path,
      `${show(envelope)} is not a format. Write 'auto' or { format: 'auto', maxBytes: 65536 }.`,
    );
    return;
  }
  mistakes.addUnknownKeys(path, envelope, ['format', 'maxBytes']);
  const { format, maxBytes } = envelope;
  if (!isFormat(format)) mistakes.add([...path, 'format'], `${show(format)} is not a format. Write 'auto'.`);
  if (maxBytes !== undefined && !(Number.isSafeInteger(maxBytes) && Number(maxBytes) >= 1)) {
    mistakes.add(
      [...path, 'maxBytes'],
      `${show(maxBytes)} is not a whole number of bytes from 1. Write 65536.`,
    );
  }
}

function isFormat(value: unknown): boolean {
  return typeof value === 'string' && value !== '';
}
