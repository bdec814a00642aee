import type { TraceState } from '@opentelemetry/api';
import type { HeaderValue } from '../../seam/headers.ts';
import { headerItems, headerText } from './header-text.ts';

const MAX_MEMBERS = 32;

/** Characters of a key or of a value. */
const MAX_TEXT = 256;

/** Characters that every vendor should propagate, and the most that we write. */
const MAX_HEADER = 512;

/** Members with more characters are dropped first when the header is too long. */
const LONG_MEMBER = 128;

/** Characters of 32 members of the longest keys and values: a longer list is not read. */
const MAX_LIST = MAX_MEMBERS * (2 * MAX_TEXT + 2) - 1;

/** A member, which may be empty, and the comma after it. Every blank can match in one place only, as in a baggage. */
const MEMBER =
  /[ \t]*(?:([a-z0-9][a-z0-9_\-*/@]*)=([\x20-\x2b\x2d-\x3c\x3e-\x7e]*[\x21-\x2b\x2d-\x3c\x3e-\x7e])[ \t]*)?(?:,|$)/y;

const KEY = /^[a-z0-9][a-z0-9_\-*/@]*$/;
const VALUE = /^[\x20-\x2b\x2d-\x3c\x3e-\x7e]*[\x21-\x2b\x2d-\x3c\x3e-\x7e]$/;

/**
 * Reads a `tracestate` header (W3C Trace Context Level 2, section 3.3). A repeated header is read as one list. Empty
 * members are skipped; of a repeated key the first is kept, which is the most recent.
 *
 * @returns `undefined` where there is no member, and where any member is malformed or there are more than 32, empty ones
 * included: a list that cannot be trusted is not passed on in parts.
 */
export function parseTracestate(value: HeaderValue): TraceState | undefined {
  const members = new Map<string, string>();
  for (const item of headerItems(value)) {
    const text = headerText(item);
    if (text === undefined || text.length > MAX_LIST || !readMembers(text, members)) return undefined;
  }
  return members.size === 0 ? undefined : new TraceStateList(members);
}

/**
 * Writes a `tracestate` header of at most 512 characters. A longer one loses whole members: those of more than 128 characters
 * first, then from the right.
 *
 * @returns `''` where nothing remains, and where a trace state that is not ours cannot be written as the specification asks:
 * such a header must not be sent.
 */
export function formatTracestate(traceState: TraceState): string {
  const list = traceState instanceof TraceStateList ? traceState : readForeign(traceState);
  const text = list?.serialize() ?? '';
  return text.length <= MAX_HEADER ? text : shorten(text);
}

/** A trace state as it was received, the most recent member first. Immutable: a change is a new list. */
class TraceStateList implements TraceState {
  readonly #members: ReadonlyMap<string, string>;

  constructor(members: ReadonlyMap<string, string>) {
    this.#members = members;
  }

  get(key: string): string | undefined {
    return this.#members.get(key);
  }

  set(key: string, value: string): TraceState {
    if (!isKey(key) || !isValue(value)) return this;
    const others = this.#without(key).slice(0, MAX_MEMBERS - 1);
    return new TraceStateList(new Map([[key, value], ...others]));
  }

  unset(key: string): TraceState {
    return new TraceStateList(new Map(this.#without(key)));
  }

  serialize(): string {
    let text = '';
    for (const [key, value] of this.#members) text += `${text === '' ? '' : ','}${key}=${value}`;
    return text;
  }

  #without(key: string): [string, string][] {
    return [...this.#members].filter(([other]) => other !== key);
  }
}

/** Reads one list into `members`; `false` where it is malformed. */
function readMembers(text: string, members: Map<string, string>): boolean {
  let start = 0;
  for (let count = 1; start < text.length; count++) {
    if (count > MAX_MEMBERS) return false;
    MEMBER.lastIndex = start;
    const member = MEMBER.exec(text);
    if (member === null) return false;
    const [, key, value] = member;
    if (key !== undefined && value !== undefined) {
      if (key.length > MAX_TEXT || value.length > MAX_TEXT) return false;
      if (!members.has(key)) members.set(key, value);
    }
    start = MEMBER.lastIndex;
  }
  return members.size <= MAX_MEMBERS;
}

function isKey(text: string): boolean {
  return text.length <= MAX_TEXT && KEY.test(text);
}

function isValue(text: string): boolean {
  return text.length <= MAX_TEXT && VALUE.test(text);
}

/** A trace state of a sampler or an SDK may contain characters that headers must not, and its code may throw. */
function readForeign(traceState: TraceState): TraceState | undefined {
  try {
    return parseTracestate(traceState.serialize());
  } catch {
    return undefined;
  }
}

function shorten(text: string): string {
  const members = text.split(',');
  while (members.join(',').length > MAX_HEADER) {
    const long = members.findLastIndex((member) => member.length > LONG_MEMBER);
    // Without a long one it is -1, which is the last member.
    members.splice(long, 1);
  }
  return members.join(',');
}
