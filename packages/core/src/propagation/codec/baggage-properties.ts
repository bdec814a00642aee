import type { BaggageEntry } from '@opentelemetry/api';
import { MAX_BYTES } from './baggage-limits.ts';
import { trimOws } from './header-text.ts';
import { encodePercent } from './percent-encoding.ts';

/** `token` of RFC 7230, section 3.2.6. */
const KEY = /^[\w!#$%&'*+\-.^`|~]+$/;

/** A property without the blanks around it. */
const PROPERTY = /^[\w!#$%&'*+\-.^`|~]+(?:[ \t]*=[ \t]*(?:[\x21\x23-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]+)?)?$/;

/** Characters that the value of a property must not contain. `%` is allowed: metadata is opaque and already encoded. */
const NOT_PROPERTY_VALUE = /[^\x21\x23-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]+/g;

/** The properties of a member that are well-formed. */
export interface Properties {
  readonly text: string;

  /** How many were malformed. */
  readonly dropped: number;
}

const noProperties: Properties = { text: '', dropped: 0 };

/** Reads the properties of a member, as they came; without the malformed ones, where there are any. */
export function parseProperties(text: string): Properties {
  const all = text.split(';').map(trimOws);
  const valid = all.filter((property) => PROPERTY.test(property));
  const dropped = all.length - valid.length;
  return { text: dropped === 0 ? trimOws(text) : valid.join(';'), dropped };
}

/** The properties of an entry, each with the semicolon before it; `undefined` where its code throws. */
export function formatProperties(entry: BaggageEntry): Properties | undefined {
  try {
    const { metadata } = entry;
    if (metadata === undefined) return noProperties;
    const written = metadata.toString();
    // They are not in headers, so they are not checked.
    if (written.length > MAX_BYTES) return { text: '', dropped: 1 };
    let text = '';
    let dropped = 0;
    for (const property of written.split(';').map(trimOws)) {
      const [name = '', ...value] = property.split('=');
      const key = trimOws(name);
      if (property === '') continue;
      if (!KEY.test(key)) dropped++;
      else if (value.length === 0) text += `;${key}`;
      else text += `;${key}=${encodePercent(trimOws(value.join('=')), NOT_PROPERTY_VALUE)}`;
    }
    return { text, dropped };
  } catch {
    return undefined;
  }
}
