/** Something that is wrong with a policy. */
export interface PolicyMistake {
  /** The keys that lead to it, from the policy on: `['queues', 'orders', 'relation']`. */
  readonly path: readonly string[];

  /** Its place, its value and how to correct it: `policy.queues["orders"].relation: "child" is unknown. Write …` */
  readonly message: string;
}

/** Collects everything that is wrong with a policy. */
export class PolicyMistakes {
  readonly list: PolicyMistake[] = [];

  /**
   * Adds a mistake.
   *
   * @param text what is wrong with the value, and how to correct it.
   */
  add(path: readonly string[], text: string): void {
    this.list.push({ path, message: `${placeOf(path)}: ${text}` });
  }

  /** Adds every key of `value` that is not one of `keys`. */
  addUnknownKeys(path: readonly string[], value: object, keys: readonly string[]): void {
    for (const key of unknownKeys(value, keys)) {
      const place = placeOf([...path, key]);
      this.list.push({ path: [...path, key], message: describeUnknownKey(place, value, key, keys) });
    }
  }

  /** Adds a mistake where the value is there and is none of `choices`. */
  checkChoice(path: readonly string[], value: unknown, choices: readonly (string | boolean)[]): void {
    if (value === undefined || choices.some((choice) => choice === value)) return;
    const fix = choices.map((choice) => (typeof choice === 'string' ? `'${choice}'` : choice)).join(' or ');
    this.add(path, `${show(value)} is unknown. Write ${fix}.`);
  }
}

/** The keys of an object that are not known. */
export function unknownKeys(value: object, keys: readonly string[]): string[] {
  return Object.keys(value).filter((key) => !keys.includes(key));
}

/** What is said of a key that is not known. */
export function describeUnknownKey(
  place: string,
  value: object,
  key: string,
  keys: readonly string[],
): string {
  const given = show((value as Record<string, unknown>)[key]);
  return `${place} is not a known key; its value is ${given}. Use one of ${keys.join(', ')}.`;
}

/** The place of a value in a policy as code writes it: `policy.queues["orders"].relation`. */
function placeOf(path: readonly string[]): string {
  return path.reduce(
    (place, key, index) =>
      index === 1 && path[0] === 'queues' ? `${place}[${JSON.stringify(key)}]` : `${place}.${key}`,
    'policy',
  );
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Whether a value is a list of texts, none of which is empty. */
export function isListOfTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string' && item !== '');
}

/** A value as a person would write it, cut short. */
export function show(value: unknown): string {
  if (typeof value === 'function') return 'a function';
  if (value instanceof Promise) return 'a promise';
  if (typeof value === 'bigint' || typeof value === 'symbol' || typeof value === 'number')
    return String(value);
  try {
    const text = JSON.stringify(value) ?? String(value);
    return text.length > 80 ? `${text.slice(0, 79)}…` : text;
  } catch {
    return 'a value that cannot be shown';
  }
}
