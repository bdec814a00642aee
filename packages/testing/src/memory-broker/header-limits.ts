import type { MemoryHeaders } from './memory-message.ts';

/** What headers a broker takes. */
export interface HeaderLimits {
  /** How many names a message may have. */
  readonly names: number;

  /** How many bytes the names and the values of a message may have. */
  readonly bytes: number;

  /** Whether a value may be empty. */
  readonly emptyValues: boolean;
}

/** Takes any headers. */
export const unlimitedHeaders: HeaderLimits = {
  names: Number.POSITIVE_INFINITY,
  bytes: Number.POSITIVE_INFINITY,
  emptyValues: true,
};

/** Which of the limits these headers exceed. */
export function exceededLimit(headers: MemoryHeaders, limits: HeaderLimits): keyof HeaderLimits | undefined {
  const items = Object.values(headers).flat();
  if (!limits.emptyValues && items.some((item) => item.length === 0)) return 'emptyValues';
  if (Object.keys(headers).length > limits.names) return 'names';
  if (byteLength(headers) > limits.bytes) return 'bytes';
  return undefined;
}

function byteLength(headers: MemoryHeaders): number {
  return Object.entries(headers)
    .flat(2)
    .reduce<number>((sum, item) => sum + Buffer.byteLength(item), 0);
}
