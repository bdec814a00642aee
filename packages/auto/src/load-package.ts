import { createRequire } from 'node:module';

/** Loads a package, now and at once. `undefined` if it is not installed. */
export type LoadPackage = (name: string) => unknown;

const near = createRequire(import.meta.url);

/** Loads a package that is installed beside this one, or else beside the program. */
export const loadPackage: LoadPackage = (name) => {
  const require = [near, besideProgram()].find((each) => each !== undefined && resolves(each, name));
  return require?.(name);
};

/** Whether a module can be found from where a `require` looks. */
export function resolves(require: NodeJS.Require, specifier: string): boolean {
  try {
    require.resolve(specifier);
    return true;
  } catch {
    return false;
  }
}

/** A `require` that looks where the program's does; `undefined` where there is no program, such as in a REPL. */
export function besideProgram(): NodeJS.Require | undefined {
  const [, program] = process.argv;
  return program === undefined ? undefined : createRequire(program);
}
