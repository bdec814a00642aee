import {
  type Baggage,
  type BaggageEntry,
  baggageEntryMetadataFromString,
  propagation,
} from '@opentelemetry/api';
import { BoundedMap } from '../bounded-map.ts';
import { MemoryBudget } from '../memory-budget.ts';
import type { HeaderValue } from '../messages/header.ts';
import { BaggageEntries } from './baggage-entries.ts';
import { BaggageLimits } from './baggage-limits.ts';
import { headerItems, headerText, trimOws } from './header-text.ts';
import { decodePercent, encodePercent } from './percent-encoding.ts';
import { SecondSight } from './second-sight.ts';

/** `token` of RFC 7230, section 3.2.6. It is never percent-encoded. */
const KEY = /^[\w!#$%&'*+\-.^`|~]+$/;

/** A member and the comma after it: key (`token`), value (`baggage-octet`s), properties (opaque). */
const MEMBER =
  /[ \t]*([\w!#$%&'*+\-.^`|~]+)[ \t]*=[ \t]*([\x21\x23-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]*)[ \t]*(?:;([^,]*))?(?:,|$)/y;

/** A value that needs no percent-encoding: `baggage-octet`s but for `%`. */
const PLAIN_VALUE = /^[\x21\x23\x24\x26-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]*$/;
const TO_ENCODE = /[^\x21\x23\x24\x26-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]+/g;

/** What no list of properties may hold. `%` is not among it: metadata is opaque, what needs it is encoded already. */
const NOT_PROPERTIES = /[^\t\x20\x21\x23-\x2b\x2d-\x5b\x5d-\x7e]+/g;

/** Characters of a header above which it is not worth a place in the memory. */
const LONG = 256;

/** The same few baggages go with thousands of messages: a tenant's, a session's. */
const parsed = new SecondSight<string, ParsedBaggage>(
  new BoundedMap(new MemoryBudget(512 * 1_024), { size: 256, bytesOf: (text) => 128 + 12 * text.length }),
);
const formatted = new SecondSight<Baggage, FormattedBaggage>(new WeakMap());
const ApiBaggage = propagation.createBaggage().constructor;

/** What {@link parseBaggage} made of a header. */
export interface ParsedBaggage {
  /** `undefined` where there is no entry. */
  readonly baggage: Baggage | undefined;

  /** Members that were malformed or over a limit. */
  readonly dropped: number;
}

/** What {@link formatBaggage} made of a baggage. */
export interface FormattedBaggage {
  /** `''` where there is nothing to send: such a header must not be written. */
  readonly header: string;

  /** Entries that no header can hold, or that were over a limit. */
  readonly dropped: number;
}

/**
 * Reads a `baggage` header (W3C Baggage, section 3). A repeated header is read as one list.
 *
 * A malformed member is dropped and the others are kept. At most 180 members and 8192 bytes are taken; a member over a limit
 * is dropped whole, and later ones that fit are taken. Of a repeated key the last is kept. Properties become the entry's
 * metadata, as they came.
 *
 * @param accepts whether entries of this key are wanted; those that are not do not count as dropped. Default: all.
 */
export function parseBaggage(value: HeaderValue, accepts?: (key: string) => boolean): ParsedBaggage {
  const { length, 0: item } = headerItems(value);
  const sole = accepts === undefined && length === 1 ? headerText(item) : undefined;
  if (sole === undefined || sole.length > LONG) return parse(value, accepts ?? everyKey);
  return parsed.get(sole, (text) => parse(text, everyKey));
}

function parse(value: HeaderValue, accepts: (key: string) => boolean): ParsedBaggage {
  const entries = new Map<string, BaggageEntry>();
  const limits = new BaggageLimits();
  let dropped = 0;
  for (const item of headerItems(value)) {
    const text = headerText(item);
    dropped += text === undefined ? 1 : readMembers(text, accepts, limits, entries);
  }
  return { baggage: entries.size === 0 ? undefined : new BaggageEntries(entries), dropped };
}

/**
 * Writes a `baggage` header: values percent-encoded, in the baggage's order, at most 180 members and 8192 bytes. An entry over
 * a limit is dropped whole, and later ones that fit are written. A key that is not a token is dropped.
 *
 * @param sends whether entries of this key are to be sent; those that are not do not count as dropped. Default: all.
 */
export function formatBaggage(baggage: Baggage, sends?: (key: string) => boolean): FormattedBaggage {
  if (sends !== undefined || !isImmutable(baggage)) return format(baggage, sends ?? everyKey);
  return formatted.get(baggage, (of) => format(of, everyKey));
}

/** A baggage of somebody else's making may change, though it should not. */
function isImmutable(baggage: Baggage): boolean {
  return baggage instanceof BaggageEntries || baggage.constructor === ApiBaggage;
}

function format(baggage: Baggage, sends: (key: string) => boolean): FormattedBaggage {
  const entries = entriesOf(baggage);
  if (entries === undefined) return { header: '', dropped: 1 };
  const limits = new BaggageLimits();
  let header = '';
  let dropped = 0;
  for (const [key, entry] of entries) {
    if (!sends(key)) continue;
    const member = formatMember(key, entry);
    if (member === undefined || !limits.take(member.length)) {
      dropped++;
      continue;
    }
    header = header === '' ? member : `${header},${member}`;
  }
  return { header, dropped };
}

/** Reads one list of members into `entries`, and says how many were dropped. */
function readMembers(
  text: string,
  accepts: (key: string) => boolean,
  limits: BaggageLimits,
  entries: Map<string, BaggageEntry>,
): number {
  let dropped = 0;
  let start = 0;
  while (start < text.length) {
    const comma = text.indexOf(',', start);
    const end = comma < 0 ? text.length : comma;
    MEMBER.lastIndex = start;
    const [, key, value, properties] = MEMBER.exec(text) ?? [];
    if (key === undefined || value === undefined) {
      if (trimOws(text.slice(start, end)) !== '') dropped++;
    } else if (accepts(key)) {
      if (limits.take(end - start)) entries.set(key, toEntry(value, properties));
      else dropped++;
    }
    start = end + 1;
  }
  return dropped;
}

function toEntry(value: string, properties = ''): BaggageEntry {
  const metadata = trimOws(properties);
  if (metadata === '') return { value: decodePercent(value) };
  return { value: decodePercent(value), metadata: baggageEntryMetadataFromString(metadata) };
}

/** A baggage may be anybody's, and its code may throw. */
function entriesOf(baggage: Baggage): readonly [string, BaggageEntry][] | undefined {
  try {
    return baggage.getAllEntries();
  } catch {
    return undefined;
  }
}

function formatMember(key: string, entry: BaggageEntry): string | undefined {
  try {
    if (!KEY.test(key)) return undefined;
    // Callers in JavaScript also set numbers.
    const value = String(entry.value);
    const member = `${key}=${PLAIN_VALUE.test(value) ? value : encodePercent(value, TO_ENCODE)}`;
    const properties = trimOws(entry.metadata?.toString() ?? '');
    return properties === '' ? member : `${member};${encodePercent(properties, NOT_PROPERTIES)}`;
  } catch {
    // So may that of its entries' metadata.
    return undefined;
  }
}

function everyKey(): boolean {
  return true;
}
