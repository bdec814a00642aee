/** The most characters of JSON. */
const mostJson = 256;

/** Replaces a value that throws when it is read. */
const unreadable = '[unreadable]';

/**
 * The text of a thrown value on a span: the message of an error or of any object that has one; for other objects their JSON, of
 * at most 256 characters. Never throws.
 */
export function errorText(error: unknown): string {
  if (!isObject(error)) return String(error);
  const message = read(error, 'message');
  return typeof message === 'string' ? message : briefJson(error);
}

/** Reads no more of a value than it writes: a thrown value may be a whole response with its body. */
function briefJson(value: object): string {
  let text = '';
  for (const part of partsOf(value, [])) {
    text += part;
    if (text.length > mostJson) return `${text.slice(0, mostJson - 1)}…`;
  }
  return text;
}

/** @param above the objects that the value is in, from the outermost. */
function* partsOf(value: unknown, above: readonly object[]): Generator<string> {
  const plain = isObject(value) ? toPlain(value) : value;
  if (!isObject(plain)) {
    yield scalar(plain);
  } else if (above.includes(plain)) {
    yield '"[circular]"';
  } else if (isList(plain)) {
    yield* listParts(plain, [...above, plain]);
  } else {
    yield* objectParts(plain, [...above, plain]);
  }
}

function* listParts(list: ArrayLike<unknown>, above: readonly object[]): Generator<string> {
  yield '[';
  for (let index = 0; index < list.length; index++) {
    if (index > 0) yield ',';
    yield* partsOf(list[index], above);
  }
  yield ']';
}

function* objectParts(object: object, above: readonly object[]): Generator<string> {
  let before = '{';
  for (const key of Object.keys(object)) {
    const value = read(object, key);
    if (value === undefined || typeof value === 'function' || typeof value === 'symbol') continue;
    yield `${before}${scalar(key)}:`;
    yield* partsOf(value, above);
    before = ',';
  }
  yield before === '{' ? '{}' : '}';
}

function scalar(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.slice(0, mostJson));
  return typeof value === 'bigint' ? `"${value}"` : (JSON.stringify(value) ?? 'null');
}

/** The value that replaces an object in JSON. */
function toPlain(value: object): unknown {
  try {
    if (isList(value)) return value;
    const { toJSON } = value as { readonly toJSON?: unknown };
    if (typeof toJSON === 'function') return toJSON.call(value);
    Object.keys(value);
    return value;
  } catch {
    return unreadable;
  }
}

function read(object: object, key: string): unknown {
  try {
    return (object as Readonly<Record<string, unknown>>)[key];
  } catch {
    return unreadable;
  }
}

/** Bytes are handled as a list of numbers: their own JSON would read all of them at once. */
function isList(value: object): value is ArrayLike<unknown> & object {
  return Array.isArray(value) || (ArrayBuffer.isView(value) && 'length' in value);
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
