/** How many places in patterns are looked at. Where people write patterns, it takes a few thousand. */
const mostLooks = 300_000;

/**
 * Goes through the names that a pattern matches, one of each kind: two names are of one kind where no pattern tells them apart, whatever
 * follows in them.
 *
 * @param glob the pattern: `*` stands for any run of characters, `?` for one.
 * @param others the patterns to be told apart by.
 * @param visit gets a name, and ends the search by answering `true`. It may get one twice.
 * @returns whether the search ended, or all kinds were visited; `false` where there are too many.
 */
export function visitNames(
  glob: string,
  others: readonly string[],
  visit: (name: string) => boolean,
): boolean {
  const patterns = [glob, ...others];
  const fresh = freshCharacter(patterns);
  const plain = ['', fresh, fresh.repeat(9)].map((run) => glob.replaceAll('?', fresh).replaceAll('*', run));
  if (plain.some(visit)) return true;
  return visitAllKinds([glob, ...others.filter((other) => overlap(glob, other))], fresh, visit);
}

/** Whether there is a name that both patterns match. */
function overlap(a: string, b: string): boolean {
  // Whether the rest of `a` from each place and the rest of `b` have a name in common, from the end of `b` on.
  let behind: boolean[] = [];
  for (let j = b.length; j >= 0; j -= 1) {
    const here: boolean[] = [];
    for (let i = a.length; i >= 0; i -= 1) {
      const [x, y] = [a[i], b[j]];
      if (x === undefined && y === undefined) here[i] = true;
      else if (x === '*') here[i] = here[i + 1] === true || behind[i] === true;
      else if (y === '*') here[i] = behind[i] === true || here[i + 1] === true;
      else
        here[i] =
          x !== undefined && y !== undefined && (x === '?' || y === '?' || x === y) && behind[i + 1] === true;
    }
    behind = here;
  }
  return behind[0] === true;
}

/** How far a name got in the patterns that match it so far: the places that may come next, by the pattern's index. */
type Progress = ReadonlyMap<number, readonly number[]>;

function visitAllKinds(
  patterns: readonly string[],
  fresh: string,
  visit: (name: string) => boolean,
): boolean {
  const first: Progress = new Map(patterns.map((pattern, index) => [index, closure(pattern, [0])]));
  const seen = new Set<string>();
  const pending = [{ name: '', progress: first }];
  let looks = 0;
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { name, progress } = next;
    const key = keyOf(progress);
    if (seen.has(key)) continue;
    seen.add(key);
    if (progress.get(0)?.includes(patterns[0]?.length ?? 0) && visit(name)) return true;
    for (const character of charactersAfter(patterns, progress, fresh)) {
      looks += progress.size;
      if (looks > mostLooks) return false;
      const after = advance(patterns, progress, character);
      if (after.has(0)) pending.push({ name: name + character, progress: after });
    }
  }
  return true;
}

function advance(patterns: readonly string[], progress: Progress, character: string): Progress {
  const after = new Map<number, readonly number[]>();
  for (const [index, places] of progress) {
    const pattern = patterns[index] ?? '';
    const next = places.flatMap((place) => {
      const expected = pattern[place];
      if (expected === '*') return [place];
      return expected === '?' || expected === character ? [place + 1] : [];
    });
    if (next.length > 0) after.set(index, closure(pattern, next));
  }
  return after;
}

/** Places, with those behind stars that stand for nothing. */
function closure(pattern: string, places: readonly number[]): readonly number[] {
  const all = new Set<number>();
  for (const first of places) {
    for (let place = first; !all.has(place); place += 1) {
      all.add(place);
      if (pattern[place] !== '*') break;
    }
  }
  return [...all].sort((a, b) => a - b);
}

/** The characters that a pattern goes on with, and one that none has, which stands for all others. */
function charactersAfter(patterns: readonly string[], progress: Progress, fresh: string): Set<string> {
  const characters = new Set([fresh]);
  for (const [index, places] of progress) {
    for (const place of places) {
      const character = patterns[index]?.[place];
      if (character !== undefined && character !== '*' && character !== '?') characters.add(character);
    }
  }
  return characters;
}

function freshCharacter(patterns: readonly string[]): string {
  const taken = new Set(patterns.join(''));
  let code = 'a'.charCodeAt(0);
  while (taken.has(String.fromCharCode(code))) code += 1;
  return String.fromCharCode(code);
}

function keyOf(progress: Progress): string {
  return [...progress].map(([index, places]) => `${index}:${places.join('.')}`).join();
}
