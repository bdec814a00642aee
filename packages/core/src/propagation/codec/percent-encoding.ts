const ESCAPES = /(?:%[0-9a-f]{2})+/gi;
const LONE_SURROGATES = /[\ud800-\udfff]/gu;

/**
 * Percent-encodes text as UTF-8. What is not a character, half a surrogate pair, becomes U+FFFD.
 *
 * @param toEncode what to encode: a global pattern that matches whole runs, so that no surrogate pair is torn apart.
 */
export function encodePercent(text: string, toEncode: RegExp): string {
  return text.replace(toEncode, encodeRun);
}

/** Decodes percent-encoded UTF-8. Bytes that are not UTF-8 become U+FFFD; a `%` that starts no escape stays. */
export function decodePercent(text: string): string {
  if (!text.includes('%')) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return text.replace(ESCAPES, decodeRun);
  }
}

function encodeRun(run: string): string {
  return encodeURIComponent(run.replace(LONE_SURROGATES, '\ufffd'));
}

function decodeRun(run: string): string {
  return Buffer.from(run.replaceAll('%', ''), 'hex').toString('utf8');
}
