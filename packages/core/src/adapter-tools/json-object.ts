/**
 * Reads a text that may be a JSON object, as that of a body or an option in which headers stand. A text that does not begin with a brace is
 * not parsed. Never throws.
 *
 * @returns `undefined` for any other text.
 *
 * @example
 * const headers = new HeaderReader(jsonObject(message.body)?.headers, plainFormat);
 */
export function jsonObject(text: string): Record<string, unknown> | undefined {
  if (!text.trimStart().startsWith('{')) return undefined;
  try {
    // What begins with a brace and is JSON is an object.
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
