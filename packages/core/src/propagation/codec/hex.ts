/** 1 for the bytes of lowercase hex digits, 0 for all others. */
const DIGITS = Uint8Array.from({ length: 256 }, (_, byte) =>
  '0123456789abcdef'.includes(String.fromCharCode(byte)) ? 1 : 0,
);

const ZERO = 0x30;

/** Whether the bytes from `start` up to `end` are lowercase hex digits, and not all of them `0`. */
export function isHexId(bytes: Uint8Array, start: number, end: number): boolean {
  let digits = 0;
  let zeros = 0;
  for (let index = start; index < end; index++) {
    const byte = bytes[index] as number;
    digits += DIGITS[byte] as number;
    if (byte === ZERO) zeros++;
  }
  return digits === end - start && zeros < digits;
}

/** Whether a byte is a lowercase hex digit. */
export function isHexDigit(byte: number | undefined): boolean {
  return byte !== undefined && DIGITS[byte] === 1;
}

/** The value of the byte of a lowercase hex digit: the low bits of a letter count from 1, those of a figure from 0. */
export function hexValue(digit: number): number {
  return (digit & 0xf) + (digit >> 6) * 9;
}

/**
 * The pattern of exactly `count` lowercase hex digits.
 *
 * Written out instead of counted (`{32}`): V8 then needs no loop and matches a traceparent four times as fast.
 */
export function hexDigits(count: number): string {
  return '[0-9a-f]'.repeat(count);
}
