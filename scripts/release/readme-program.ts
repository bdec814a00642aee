import { stripTypeScriptTypes } from 'node:module';
import { transformSync } from '@swc/core';

/** README's program in the forms that users write programs in. Each does the same. */
export interface ReadmeProgram {
  /** As README has it: an ES module of TypeScript. */
  readonly typescript: string;
  /** The same without types. */
  readonly esModule: string;
  /** TypeScript whose `await` is inside a function, because a CommonJS module has none at its top. */
  readonly wrapped: string;
  /** CommonJS with `require`. */
  readonly commonJs: string;
  /** The packages that it imports. */
  readonly imports: readonly string[];
}

/**
 * Reads the first program of a page: the first block of `ts` that makes a Waybill.
 *
 * @throws Error if the page has none
 */
export function readProgram(page: string): ReadmeProgram {
  const blocks = [...page.matchAll(/^```ts\b[^\n]*\n(.*?)^```$/gms)].map(([, code = '']) => code);
  const typescript = blocks.find((code) => code.includes('createWaybill('));
  if (typescript === undefined) {
    throw new Error('README.md has no block of ts that calls createWaybill(): nothing can be tried.');
  }
  const wrapped = wrap(typescript);
  return {
    typescript,
    esModule: stripTypeScriptTypes(typescript),
    wrapped,
    commonJs: transformSync(wrapped, {
      jsc: { parser: { syntax: 'typescript' }, target: 'es2023' },
      module: { type: 'commonjs' },
    }).code,
    imports: [
      ...new Set([...typescript.matchAll(/ from '((?:@[^/']+\/)?[^/':]+)/g)].map(([, name = '']) => name)),
    ],
  };
}

/** Puts all that follows the imports into a function. */
function wrap(code: string): string {
  const imports = [...code.matchAll(/^import\s[^;]+;\n/gm)].map(([statement]) => statement);
  const rest = imports.reduce((left, statement) => left.replace(statement, ''), code);
  return `${imports.join('')}\nasync function main(): Promise<void> {\n${rest}}\n\nvoid main();\n`;
}
