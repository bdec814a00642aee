import type { QueueMetrics } from '../metrics/queue-metrics.ts';

/** The destination of all messages of a batch; `undefined` where they have several, or where there are none. */
export function commonDestination(messages: readonly { readonly destination: string }[]): string | undefined {
  return sameForAll(messages, ({ destination }) => destination);
}

/**
 * What metrics say of all messages of a batch; `undefined` where metrics call their destinations by several names, or where there are none.
 *
 * @param of the metrics of one message.
 */
export function commonMetrics<T>(
  messages: readonly T[],
  of: (message: T) => QueueMetrics,
): QueueMetrics | undefined {
  const [first] = messages;
  const name = sameForAll(messages, (message) => of(message).destination.name);
  return first === undefined || name === undefined ? undefined : of(first);
}

function sameForAll<T>(values: readonly T[], of: (value: T) => string): string | undefined {
  const [first] = values;
  if (first === undefined) return undefined;
  const value = of(first);
  return values.every((other) => of(other) === value) ? value : undefined;
}
