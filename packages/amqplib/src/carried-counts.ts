/** How many counts are kept of one connection, at most. */
const mostCounts = 1_000;

const countsOf = new WeakMap<object, Map<string, number>>();

/**
 * Tells whether a queue wrote the delivery count that a message has: quorum queues do, from the second delivery on. What a message
 * has at its first delivery, a handler passed on with the headers of another queue; where a queue does not count, it stays there.
 *
 * @param message what names the message, in this queue; `undefined` if nothing does.
 */
export function isOwnCount(
  connection: object,
  message: string | undefined,
  count: number,
  redelivered: boolean,
): boolean {
  const counts = countsOf.get(connection);
  if (redelivered) return message === undefined || counts?.get(message) !== count;
  if (message !== undefined) note(connection, message, count);
  return false;
}

function note(connection: object, message: string, count: number): void {
  let counts = countsOf.get(connection);
  if (counts === undefined) {
    counts = new Map();
    countsOf.set(connection, counts);
  }
  counts.set(message, count);
  const [oldest] = counts.keys();
  if (counts.size > mostCounts && oldest !== undefined) counts.delete(oldest);
}
