import type { MemoryHeaderItem, MemoryHeaders, MemoryHeaderValue } from './memory-message.ts';

/** Headers that share nothing with the given ones; with all values as buffers, if need be. */
export function copyHeaders(headers: MemoryHeaders, asBytes = false): MemoryHeaders {
  const copy = (item: MemoryHeaderItem): MemoryHeaderItem =>
    typeof item === 'string' && !asBytes ? item : Buffer.from(item);
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, isList(value) ? value.map(copy) : copy(value)]),
  );
}

function isList(value: MemoryHeaderValue): value is readonly MemoryHeaderItem[] {
  return Array.isArray(value);
}
