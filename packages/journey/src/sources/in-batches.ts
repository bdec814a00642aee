/** Asks for several things, a few at a time, and gives all answers in one list. */
export async function inBatches<T, R>(
  values: readonly T[],
  size: number,
  ask: (value: T) => Promise<readonly R[]>,
): Promise<R[]> {
  const all: R[] = [];
  for (let from = 0; from < values.length; from += size) {
    const answers = await Promise.all(values.slice(from, from + size).map(ask));
    for (const answer of answers) {
      for (const each of answer) all.push(each);
    }
  }
  return all;
}
