/** A name or a glob, ready to be held against the subject of a message. */
export interface QueuePattern {
  /** Whether it means this subject of this messaging system. */
  matches(system: string, subject: string): boolean;

  /** Which of two patterns that match is the closer one: the greater number, in the order of the array. */
  readonly specificity: readonly [exact: number, literals: number, system: number, fewerWildcards: number];
}

/**
 * Reads a pattern: `orders`, `reports.*`, `kafka:orders`. What stands before the colon counts as a system only for messages
 * of that system, so a queue whose own name has a colon can be named as it is.
 */
export function queuePattern(pattern: string): QueuePattern {
  const matchesWhole = globMatcher(pattern);
  const colon = pattern.indexOf(':');
  const system = pattern.slice(0, Math.max(colon, 0));
  const matchesRest = colon > 0 ? globMatcher(pattern.slice(colon + 1)) : () => false;
  const wildcards = pattern.match(/[*?]/g)?.length ?? 0;
  return {
    matches: (messageSystem, subject) =>
      matchesWhole(subject) || (isSystem(system, messageSystem) && matchesRest(subject)),
    specificity: [
      wildcards === 0 ? 1 : 0,
      pattern.slice(colon + 1).length - wildcards,
      colon > 0 ? 1 : 0,
      -wildcards,
    ],
  };
}

/** Whether `name` means `system`: as it is, or by its last part (`sqs` for `aws.sqs`). */
function isSystem(name: string, system: string): boolean {
  return name === system || (name !== '' && system.endsWith(`.${name}`));
}

/** A test for names in which `*` stands for any run of characters, also none, and `?` for exactly one. */
export function globMatcher(glob: string): (name: string) => boolean {
  if (!/[*?]/.test(glob)) return (name) => name === glob;
  return (name) => matchesGlob(glob, name);
}

/** Linear in the length of both, where a regular expression would go back and forth: `*a*a*a*a` must not stall a consumer. */
function matchesGlob(glob: string, name: string): boolean {
  let at = 0;
  let position = 0;
  let star = -1;
  let resume = 0;
  while (position < name.length) {
    if (glob[at] === '*') {
      star = at++;
      resume = position;
    } else if (at < glob.length && (glob[at] === '?' || glob[at] === name[position])) {
      at++;
      position++;
    } else if (star >= 0) {
      at = star + 1;
      position = ++resume;
    } else {
      return false;
    }
  }
  while (glob[at] === '*') at++;
  return at === glob.length;
}
