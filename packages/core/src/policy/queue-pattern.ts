/** A name or a glob, ready to be held against the queue key of a message. */
export interface QueuePattern {
  /** Whether it means this queue key of this messaging system. */
  matches(system: string, queueKey: string): boolean;

  /** Which of two patterns that match is the closer one: the greater number, in the order of the array. */
  readonly specificity: readonly [
    exact: number,
    literals: number,
    system: number,
    fewerStars: number,
    fewerQuestionMarks: number,
  ];
}

/**
 * Reads a pattern: `orders`, `reports.*`, `kafka:orders`. One with a colon can be read in two ways: what stands before the
 * colon may be a messaging system, or belong to the name, as queues have names with a colon, too.
 */
export function queuePatterns(pattern: string): QueuePattern[] {
  const colon = pattern.indexOf(':');
  const whole = reading(pattern, undefined);
  return colon > 0 ? [reading(pattern.slice(colon + 1), pattern.slice(0, colon)), whole] : [whole];
}

function reading(glob: string, system: string | undefined): QueuePattern {
  const matchesName = globMatcher(glob);
  const stars = glob.split('*').length - 1;
  const questionMarks = glob.split('?').length - 1;
  return {
    matches: (messageSystem, queueKey) =>
      (system === undefined || isSystem(system, messageSystem)) && matchesName(queueKey),
    specificity: [
      stars + questionMarks === 0 ? 1 : 0,
      glob.length - stars - questionMarks,
      system === undefined ? 0 : 1,
      -stars,
      -questionMarks,
    ],
  };
}

/** Whether two names mean the same system: as they are, or one by its last part (`sqs` for `aws.sqs`). */
function isSystem(name: string, system: string): boolean {
  return name === system || system.endsWith(`.${name}`) || name.endsWith(`.${system}`);
}

/** A test for names in which `*` stands for any run of characters, also none, and `?` for exactly one. */
export function globMatcher(glob: string): (name: string) => boolean {
  if (!/[*?]/.test(glob)) return (name) => name === glob;
  return (name) => matchesGlob(glob, name);
}

/**
 * Goes back to the last star only, and so takes the product of both lengths at most. A regular expression would go back to
 * every star in turn: `*a*a*a*a` must not stall a consumer.
 */
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
