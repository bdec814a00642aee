/**
 * What is wrong with a header that was written, by the grammars of W3C Trace Context Level 2 and W3C Baggage. Written from the
 * specifications and independent of the codec; stricter than a reader, as it judges a writer.
 *
 * @returns `undefined` where nothing is wrong, and for headers that no specification knows.
 */
export function faultOfHeader(name: string, value: unknown): string | undefined {
  const check = checks.get(name);
  if (check === undefined) return undefined;
  return typeof value === 'string' ? check(value) : `${name} is no text`;
}

const checks: ReadonlyMap<string, (text: string) => string | undefined> = new Map([
  ['traceparent', faultOfTraceparent],
  ['tracestate', faultOfTracestate],
  ['baggage', faultOfBaggage],
  ['waybill', faultOfWaybill],
]);

const lowerHex = '0123456789abcdef';
const lowerAlphanumeric = 'abcdefghijklmnopqrstuvwxyz0123456789';
const token = `!#$%&'*+-.^_\`|~${lowerAlphanumeric}${lowerAlphanumeric.toUpperCase()}`;

/** Section 3.2 of Trace Context: version 00, whose flags are two bits. */
function faultOfTraceparent(text: string): string | undefined {
  const [version, traceId = '', parentId = '', flags = '', ...rest] = text.split('-');
  if (version !== '00' || rest.length > 0) return 'traceparent has another form than 00-…-…-…';
  if (!isId(traceId, 32)) return 'traceparent: the trace id is none';
  if (!isId(parentId, 16)) return 'traceparent: the parent id is none';
  if (flags.length !== 2 || flags[0] !== '0' || !'0123'.includes(flags[1] ?? '-'))
    return 'traceparent: wrong flags';
  return undefined;
}

/** Section 3.3 of Trace Context. Vendors should propagate at least 512 characters: we write no more. */
function faultOfTracestate(text: string): string | undefined {
  if (text.length > 512) return 'tracestate is longer than 512 characters';
  const members = text.split(',');
  if (members.length > 32) return 'tracestate has more than 32 members';
  const keys = new Set<string>();
  for (const member of members) {
    const [key = '', value = '', ...rest] = member.split('=');
    if (rest.length > 0) return 'tracestate: a member has two equals signs';
    if (key.length < 1 || key.length > 256 || !consistsOf(key, `${lowerAlphanumeric}_-*/@`))
      return 'tracestate: no key';
    if (!lowerAlphanumeric.includes(key[0] as string)) return 'tracestate: a key begins with a sign';
    if (value.length < 1 || value.length > 256) return 'tracestate: a value is too short or too long';
    if (!every(value, (code) => code >= 0x20 && code <= 0x7e))
      return 'tracestate: a value has a forbidden character';
    if (value.endsWith(' ')) return 'tracestate: a value ends with a blank';
    if (keys.has(key)) return 'tracestate: a key stands twice';
    keys.add(key);
  }
  return undefined;
}

/** Section 3.3 of Baggage, and its limits. */
function faultOfBaggage(text: string): string | undefined {
  if (Buffer.byteLength(text) > 8_192) return 'baggage is longer than 8192 bytes';
  const members = text.split(',');
  if (members.length > 180) return 'baggage has more than 180 members';
  for (const member of members) {
    const [pair = '', ...properties] = member.split(';');
    if (!pair.includes('=')) return 'baggage: a member has no value';
    const fault = faultOfPair(pair) ?? properties.map(faultOfPair).find((each) => each !== undefined);
    if (fault !== undefined) return fault;
    if (!isPercentEncoded(pair)) return 'baggage: a percent sign stands alone';
  }
  return undefined;
}

/** A key, or a key and a value, with blanks around either. */
function faultOfPair(pair: string): string | undefined {
  const equals = pair.indexOf('=');
  const key = trimmed(equals < 0 ? pair : pair.slice(0, equals));
  if (key === '' || !consistsOf(key, token)) return 'baggage: no key';
  if (equals < 0) return undefined;
  const value = trimmed(pair.slice(equals + 1));
  if (!every(value, isBaggageOctet)) return 'baggage: a value has a forbidden character';
  return undefined;
}

/** Whether every percent sign of a value stands before two digits. Those of a key, and of properties, need not. */
function isPercentEncoded(pair: string): boolean {
  for (let at = pair.indexOf('%', pair.indexOf('=')); at >= 0; at = pair.indexOf('%', at + 1)) {
    const digits = pair.slice(at + 1, at + 3);
    if (digits.length < 2 || !consistsOf(digits.toLowerCase(), lowerHex)) return false;
  }
  return true;
}

/** The header that this project documents in docs/carrier.md. */
function faultOfWaybill(text: string): string | undefined {
  const [version, sent = '', journey = '', span = '', requestedRelation, ...rest] = text.split('-');
  if (version !== '1' || rest.length > 0) return 'waybill has another form than 1-…';
  if (sent === '' || sent.length > 15 || !consistsOf(sent, '0123456789')) return 'waybill: no time';
  if (!isId(journey, 32)) return 'waybill: no journey';
  if (!isId(span, 16)) return 'waybill: no span';
  return requestedRelation === undefined || ['p', 'l', 'n'].includes(requestedRelation)
    ? undefined
    : 'waybill: no relation';
}

function isId(text: string, digits: number): boolean {
  return text.length === digits && consistsOf(text, lowerHex) && !consistsOf(text, '0');
}

function isBaggageOctet(code: number): boolean {
  return code >= 0x21 && code <= 0x7e && code !== 0x22 && code !== 0x2c && code !== 0x3b && code !== 0x5c;
}

function consistsOf(text: string, characters: string): boolean {
  for (const character of text) if (!characters.includes(character)) return false;
  return true;
}

function every(text: string, holds: (code: number) => boolean): boolean {
  for (let at = 0; at < text.length; at++) if (!holds(text.charCodeAt(at))) return false;
  return true;
}

function trimmed(text: string): string {
  return text.replace(/^[ \t]+/, '').replace(/[ \t]+$/, '');
}
