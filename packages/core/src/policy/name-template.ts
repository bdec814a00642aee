/** A template for the names of destinations, ready to be held against one. */
export interface NameTemplate {
  /** The template as it is written: `orders.{id}`. */
  readonly text: string;

  /** Whether it stands for a name. */
  fits(name: string): boolean;
}

/** How a template is written, for error messages. */
export const templateForms =
  "'orders.{id}', with {…} for each segment that differs and something between two of them";

const template = /^[^{}]*(?:\{[^{}]+\}[^{}]+)*\{[^{}]+\}[^{}]*$/;
const segment = /\{[^{}]+\}/;

/** Whether a text is a template: literal parts, and between them one or more `{…}`. */
export function isNameTemplate(text: string): boolean {
  return template.test(text);
}

/** Reads a template that {@link isNameTemplate} holds for. `{…}` stands for one or more characters but `.`, `:` and `/`. */
export function nameTemplate(text: string): NameTemplate {
  const [first = '', ...others] = text.split(segment);
  return { text, fits: (name) => fits(name, first, others) };
}

/** A segment ends where the literal that follows it first stands, so that it takes one look at each character. */
function fits(name: string, first: string, others: readonly string[]): boolean {
  if (!name.startsWith(first)) return false;
  let at = first.length;
  for (const [index, literal] of others.entries()) {
    const isLast = index === others.length - 1;
    if (isLast && !name.endsWith(literal)) return false;
    const end = isLast ? name.length - literal.length : name.indexOf(literal, at + 1);
    if (end <= at || !isSegment(name, at, end)) return false;
    at = end + literal.length;
  }
  return true;
}

function isSegment(name: string, start: number, end: number): boolean {
  for (let index = start; index < end; index++) {
    const character = name[index];
    if (character === '.' || character === ':' || character === '/') return false;
  }
  return true;
}
