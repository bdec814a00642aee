import { type Baggage, type BaggageEntry, baggageEntryMetadataFromString } from '@opentelemetry/api';
import type { HeaderValue } from '../../seam/headers.ts';
import { BaggageEntries } from './baggage-entries.ts';
import { BaggageLimits, MAX_BYTES } from './baggage-limits.ts';
import { formatProperties, parseProperties } from './baggage-properties.ts';
import { headerItems, headerText, isBlank } from './header-text.ts';
import { decodePercent, encodePercent } from './percent-encoding.ts';

/** `token` of RFC 7230, section 3.2.6. It is never percent-encoded. */
const KEY = /^[\w!#$%&'*+\-.^`|~]+$/;

/**
 * A member and the comma after it: key (`token`), value (`baggage-octet`s), properties. Every blank can match in one place only:
 * where there are two, the time that a long run of blanks takes grows with its square.
 */
const MEMBER =
  /[ \t]*([\w!#$%&'*+\-.^`|~]+)[ \t]*=[ \t]*(?:([\x21\x23-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]+)[ \t]*)?(?:;([^,]*))?(?:,|$)/y;

/** A value that needs no percent-encoding: `baggage-octet`s but for `%`, and for `+`, which Python reads as a blank. */
const PLAIN_VALUE = /^[\x21\x23\x24\x26-\x2a\x2d-\x3a\x3c-\x5b\x5d-\x7e]*$/;
const COMMA = 0x2c;
const TO_ENCODE = /[^\x21\x23\x24\x26-\x2a\x2d-\x3a\x3c-\x5b\x5d-\x7e]+/g;

/** The result of {@link parseBaggage}. */
export interface ParsedBaggage {
  /** `undefined` where there is no entry. */
  readonly baggage: Baggage | undefined;

  /** Members that were malformed or over a limit, and properties that were malformed. */
  readonly dropped: number;
}

/** The result of {@link formatBaggage}. */
export interface FormattedBaggage {
  /** `''` if there is nothing to send: such a header must not be written. */
  readonly header: string;

  /** Entries that no header can hold, or that were over a limit, and such properties. */
  readonly dropped: number;
}

/**
 * Reads a `baggage` header (W3C Baggage, section 3). A repeated header is read as one list.
 *
 * A malformed member is dropped and the others are kept, and so is a malformed property. At most 180 members are taken and 8192
 * bytes read; a member over a limit is dropped whole and unread, and later ones that fit are taken. Of a repeated key the last
 * is kept. Properties become the entry's metadata, as they came.
 *
 * @param accepts whether entries of this key are wanted; those that are not do not count as dropped. Default: all.
 */
export function parseBaggage(
  value: HeaderValue,
  accepts: (key: string) => boolean = everyKey,
): ParsedBaggage {
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
 * a limit is dropped whole, and later ones that fit are written. A key that is not a token is dropped, and such a property.
 *
 * @param sends whether entries of this key are to be sent; those that are not do not count as dropped. Default: all.
 */
export function formatBaggage(
  baggage: Baggage,
  sends: (key: string) => boolean = everyKey,
): FormattedBaggage {
  const entries = entriesOf(baggage);
  if (entries === undefined) return { header: '', dropped: 1 };
  const limits = new BaggageLimits();
  let header = '';
  let dropped = 0;
  for (const [key, entry] of entries) {
    if (!sends(key)) continue;
    const properties = formatProperties(entry);
    const member = properties && formatMember(key, entry, properties.text);
    if (member === undefined || !limits.fits(member.length)) {
      dropped++;
      continue;
    }
    dropped += properties?.dropped ?? 0;
    limits.take(member.length);
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
    // A sender may write nothing but commas, for each of which the pattern would be tried.
    if (text.charCodeAt(start) === COMMA) {
      limits.pass(0);
      start++;
      continue;
    }
    const comma = text.indexOf(',', start);
    const end = comma < 0 ? text.length : comma;
    const length = end - start;
    if (!limits.fits(length)) {
      if (!isBlank(text, start, end)) dropped++;
    } else {
      MEMBER.lastIndex = start;
      const [, key, value = '', properties] = MEMBER.exec(text) ?? [];
      if (key === undefined) {
        limits.pass(length);
        if (!isBlank(text, start, end)) dropped++;
      } else if (accepts(key)) {
        limits.take(length);
        dropped += readEntry(key, value, properties, entries);
      } else {
        limits.pass(length);
      }
    }
    start = end + 1;
  }
  return dropped;
}

/** Reads one member into `entries`, and says how many properties were dropped. */
function readEntry(
  key: string,
  text: string,
  properties: string | undefined,
  entries: Map<string, BaggageEntry>,
): number {
  const value = decodePercent(text);
  if (properties === undefined) {
    entries.set(key, { value });
    return 0;
  }
  const { text: metadata, dropped } = parseProperties(properties);
  entries.set(
    key,
    metadata === '' ? { value } : { value, metadata: baggageEntryMetadataFromString(metadata) },
  );
  return dropped;
}

/** A baggage may be of any class, whose code may throw. */
function entriesOf(baggage: Baggage): readonly [string, BaggageEntry][] | undefined {
  try {
    return baggage.getAllEntries();
  } catch {
    return undefined;
  }
}

function formatMember(key: string, entry: BaggageEntry, properties: string): string | undefined {
  if (!KEY.test(key)) return undefined;
  try {
    // Callers in JavaScript also set numbers.
    const value = String(entry.value);
    if (value.length > MAX_BYTES) return undefined;
    return `${key}=${PLAIN_VALUE.test(value) ? value : encodePercent(value, TO_ENCODE)}${properties}`;
  } catch {
    return undefined;
  }
}

function everyKey(): boolean {
  return true;
}
