const zero = 0x30;
const nine = 0x39;
const a = 0x61;
const f = 0x66;

/** Whether the bytes from `start` up to `end` are lowercase hex digits, and not all of them `0`. */
export function isHexId(bytes: Uint8Array, start: number, end: number): boolean {
  let isZero = true;
  for (let index = start; index < end; index++) {
    const byte = bytes[index] as number;
    if (byte !== zero) isZero = false;
    if (!isHexDigit(byte)) return false;
  }
  return !isZero;
}

/** Whether a byte is a lowercase hex digit. */
export function isHexDigit(byte: number | undefined): boolean {
  return byte !== undefined && ((byte >= zero && byte <= nine) || (byte >= a && byte <= f));
}
