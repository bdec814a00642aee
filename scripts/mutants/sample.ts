/** Some of what is given, in its order; the same for the same seed. */
export function sample<Item>(items: readonly Item[], count: number, seed: number): Item[] {
  const left = items.map((item, place) => ({ item, place }));
  const chosen: { item: Item; place: number }[] = [];
  let state = seed >>> 0;
  while (chosen.length < count && left.length > 0) {
    // A linear congruential generator: good enough to choose by.
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    chosen.push(...left.splice(Math.floor((state / 2 ** 32) * left.length), 1));
  }
  return chosen.sort((one, other) => one.place - other.place).map(({ item }) => item);
}
