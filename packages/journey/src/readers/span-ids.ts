const base64 = /^[A-Za-z0-9+/_-]+={0,2}$/;
const hex = /^[0-9a-fA-F]+$/;

/**
 * A trace id as 32 lower-case hex digits, of what backends write: hex digits (OTLP), those without leading zeros or of 64 bits (Jaeger,
 * Tempo's search), or base64 (protobuf's own JSON, as Tempo exports it). `''` where it is none of that.
 */
export function traceIdOf(value: unknown): string {
  return idOf(value, 32);
}

/** A span id as 16 lower-case hex digits, of what backends write. `''` where it is none. */
export function spanIdOf(value: unknown): string {
  return idOf(value, 16);
}

function idOf(value: unknown, digits: number): string {
  if (typeof value !== 'string' || value === '') return '';
  const base64Length = Math.ceil(digits / 6) * 4;
  if (value.length <= digits && hex.test(value) && value.length !== base64Length) {
    return value.toLowerCase().padStart(digits, '0');
  }
  if (base64.test(value)) {
    const bytes = Buffer.from(value, 'base64');
    if (bytes.length === digits / 2) return bytes.toString('hex');
  }
  return value.length <= digits && hex.test(value) ? value.toLowerCase().padStart(digits, '0') : '';
}
