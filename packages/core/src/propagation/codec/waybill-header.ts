import type { RequestedRelation } from '../../policy/policy.ts';
import type { HeaderValue } from '../../seam/headers.ts';
import { lastHeaderText, ownText, trimOws } from './header-text.ts';
import { hexDigits, isHexId } from './hex.ts';

/** What our own header says of a message. */
export interface WaybillHeader {
  /** When the message was first published, in ms since the epoch. */
  readonly sentAt: number;

  /** The journey it belongs to: the trace id of its first trace, 32 lowercase hex digits. */
  readonly journeyId: string;

  /** The span the header was written for, 16 lowercase hex digits. */
  readonly spanId: string;

  /** The relation that the sender asks for, if any. */
  readonly requestedRelation?: RequestedRelation | undefined;
}

/** The version that is written. A later one may add fields after another dash. */
const VERSION = '1';

/** Version, sent, journey id, span id, the next field and the rest. All-zero ids are forbidden, as in a traceparent. */
const WAYBILL = new RegExp(
  `^([1-9][0-9]{0,2})-(0|[1-9][0-9]{0,15})-(?!0{32})(${hexDigits(32)})-(?!0{16})(${hexDigits(16)})(?:-([^-]*)(-.*)?)?$`,
  's',
);

/** The form of nearly every header: version 1, a time between 2001 and 2286, no requested relation. Each field has a fixed place. */
const COMMON = new RegExp(
  `^1-[1-9]${'[0-9]'.repeat(12)}-(?!0{32})${hexDigits(32)}-(?!0{16})${hexDigits(16)}$`,
);
const COMMON_LENGTH = 65;
const TIME_START = 2;
const TIME_END = 15;

/** Characters that have room for all fields that are known. */
const KNOWN_LENGTH = 128;
const DASH = 0x2d;
const ZERO = 0x30;
const ONE = 0x31;

const REQUESTED_RELATIONS: ReadonlyMap<string | undefined, RequestedRelation> = new Map([
  ['p', 'parent'],
  ['l', 'link'],
  ['n', 'none'],
]);

/**
 * Reads our own header: `1-<sent, ms since the epoch>-<journey id>-<span id>`, and where the sender requests a relation `-p`
 * (parent), `-l` (link) or `-n` (none). It is read as strictly as a traceparent: decimal numbers without leading zeros,
 * lowercase hex, no all-zero ids. Of a later version the fields known here are read, whatever follows them. Of a repeated
 * header the last is read.
 *
 * @returns `undefined` where the header is missing or malformed.
 */
export function parseWaybillHeader(value: HeaderValue): WaybillHeader | undefined {
  if (Buffer.isBuffer(value) && isCommon(value)) return readBytes(value);
  const header = lastHeaderText(value);
  if (header === undefined) return undefined;
  if (header.length === COMMON_LENGTH && COMMON.test(header)) {
    return {
      sentAt: timeIn(header),
      journeyId: header.slice(16, 48),
      spanId: header.slice(49),
      requestedRelation: undefined,
    };
  }
  const text = trimOws(header);
  const fields = WAYBILL.exec(header.length > KNOWN_LENGTH ? ownText(text, KNOWN_LENGTH) : text);
  if (fields === null) return undefined;
  const [, version = '', sent = '', journeyId = '', spanId = '', next, rest] = fields;
  const sentAt = Number(sent);
  if (!Number.isSafeInteger(sentAt)) return undefined;
  const requestedRelation = REQUESTED_RELATIONS.get(next);
  if (version === VERSION && (requestedRelation === undefined ? next : rest) !== undefined) return undefined;
  return { sentAt, journeyId, spanId, requestedRelation };
}

/**
 * The identity of a message with our own header, the same for all its deliveries: the header's fields, in at most 68 characters.
 * Unlike the header, whose length its sender decides, it may be kept in memory.
 *
 * @param header as the client delivered it.
 * @returns `undefined` where the header is missing or malformed.
 *
 * @example
 * get identity(): string | undefined {
 *   return waybillIdentity(this.headers.get('waybill')) ?? this.id;
 * }
 */
export function waybillIdentity(header: HeaderValue): string | undefined {
  if (typeof header === 'string' && header.length === COMMON_LENGTH && COMMON.test(header)) return header;
  const fields = parseWaybillHeader(header);
  return fields && formatWaybillHeader({ ...fields, requestedRelation: undefined });
}

/** The time in a text that is as {@link COMMON}, in half the time that `Number` takes for a part of it. */
function timeIn(header: string): number {
  let time = 0;
  for (let index = TIME_START; index < TIME_END; index++) {
    time = time * 10 + header.charCodeAt(index) - ZERO;
  }
  return time;
}

/** Whether bytes are as {@link COMMON} but for the digits of the time. */
function isCommon(bytes: Buffer): boolean {
  if (bytes.length !== COMMON_LENGTH || bytes[0] !== ONE || bytes[2] === ZERO) return false;
  if (bytes[1] !== DASH || bytes[15] !== DASH || bytes[48] !== DASH) return false;
  return isHexId(bytes, 16, 48) && isHexId(bytes, 49, 65);
}

function readBytes(bytes: Buffer): WaybillHeader | undefined {
  let sentAt = 0;
  for (let index = TIME_START; index < TIME_END; index++) {
    const digit = (bytes[index] as number) - ZERO;
    if (digit < 0 || digit > 9) return undefined;
    sentAt = sentAt * 10 + digit;
  }
  const ids = bytes.toString('latin1', 16, COMMON_LENGTH);
  return { sentAt, journeyId: ids.slice(0, 32), spanId: ids.slice(33), requestedRelation: undefined };
}

/**
 * Writes our own header, in version 1.
 *
 * @param header with valid ids, and a time from 0 on; a fraction of a millisecond is dropped.
 */
export function formatWaybillHeader(header: WaybillHeader): string {
  const { sentAt, journeyId, spanId, requestedRelation } = header;
  const fields = `${VERSION}-${Math.trunc(sentAt)}-${journeyId}-${spanId}`;
  return requestedRelation === undefined ? fields : `${fields}-${requestedRelation.charAt(0)}`;
}
