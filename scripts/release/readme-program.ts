import { stripTypeScriptTypes } from 'node:module';
import { transformSync } from '@swc/core';
import {
  brokersOf,
  comparableOutput,
  isRun,
  moduleOf,
  readSnippets,
  withAddresses,
} from '@waybill/documentation';

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
  /** What the page says that it prints. */
  readonly output: string;
}

/**
 * Reads the first program of a page that says what it prints.
 *
 * @param sqs the address of an SQS in this process, for the one that the program names
 * @throws Error if the page has none, or the program needs another broker
 */
export function readProgram(page: string, text: string, sqs: string): ReadmeProgram {
  const snippet = readSnippets(page, text).find((one) => isRun(one) && one.output !== undefined);
  if (snippet?.output === undefined) {
    throw new Error(`${page} has no program with its output after it: nothing can be tried.`);
  }
  const needed = brokersOf(snippet).filter((broker) => broker !== 'sqs');
  if (needed.length > 0) throw new Error(`The program at ${snippet.place} needs ${needed.join()}.`);
  const typescript = withAddresses(moduleOf(snippet), { sqs });
  const wrapped = wrap(typescript);
  return {
    typescript,
    esModule: stripTypeScriptTypes(typescript),
    wrapped,
    commonJs: transformSync(wrapped, {
      jsc: { parser: { syntax: 'typescript' }, target: 'es2023' },
      module: { type: 'commonjs' },
    }).code,
    imports: [...new Set(importedPackages(typescript))],
    output: snippet.output,
  };
}

/** Says how an output differs from what the page says; `undefined` where it does not. */
export function differenceOf(output: string, program: ReadmeProgram): string | undefined {
  if (comparableOutput(output) === comparableOutput(program.output)) return undefined;
  return `It printed\n${output}\ninstead of\n${program.output}`;
}

/** Puts all that follows the imports into a function. */
function wrap(code: string): string {
  const imports = [...code.matchAll(/^import\s[^;]+;\n/gm)].map(([statement]) => statement);
  const rest = imports.reduce((left, statement) => left.replace(statement, ''), code);
  const body = rest.replace(/^export \{\};$/m, '');
  return `${imports.join('')}\nasync function main(): Promise<void> {\n${body}}\n\nvoid main();\n`;
}

function importedPackages(code: string): string[] {
  return [...code.matchAll(/ from '((?:@[^/']+\/)?[^/':]+)/g)].map(([, name = '']) => name);
}
