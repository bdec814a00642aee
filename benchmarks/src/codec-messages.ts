import type { HeaderItem } from '../../packages/core/src/seam/headers.ts';

/** How many different messages take turns. */
export const VARIANTS = 64;

export type Headers = Record<string, HeaderItem>;

/** The named headers of different senders, as in a real queue: nothing can be remembered from the last message. */
export function messages(names: readonly string[]): readonly Headers[] {
  return Array.from({ length: VARIANTS }, (_, index) => {
    const number = String(index).padStart(2, '0');
    const ids = `0af7651916cd43dd8448eb211c8031${number}-b7ad6b71692033${number}`;
    const headers: Record<string, string> = {
      traceparent: `00-${ids}-01`,
      tracestate: `rojo=00f067aa0ba902${number},congo=t61rcWkgMzE`,
      baggage: `tenant.id=acme${number},user.id=${number}`,
      waybill: `1-17321472000${number}-${ids}`,
    };
    // Through bytes and back: a text that a broker delivers is not made of parts any more.
    return Object.fromEntries(names.map((name) => [name, Buffer.from(headers[name] ?? '').toString()]));
  });
}

/** The same, as a broker that has only bytes delivers them. */
export function asBytes(carriers: readonly Headers[]): readonly Headers[] {
  return carriers.map((headers) =>
    Object.fromEntries(Object.entries(headers).map(([name, text]) => [name, Buffer.from(text)])),
  );
}
