/** npm as it comes with a major of Node.js; the newest Node.js is tried with the newest npm. */
export const npmOfNode: Readonly<Record<string, string>> = { '22': '10.9.2', '24': '11.21.2' };

/** What a program with OpenTelemetry has, of the versions in the catalog. */
export const openTelemetry: readonly string[] = [
  '@opentelemetry/context-async-hooks',
  '@opentelemetry/core',
  '@opentelemetry/sdk-metrics',
  '@opentelemetry/sdk-trace',
];

const typescripts = { 'typescript-5': '5.9.3', 'typescript-6': '6.0.3', 'typescript-7': '7.0.2' };
const bundlers = { esbuild: '0.28.2', rolldown: '1.3.3', webpack: '5.113.0' };

/** What a project needs for all of the ways, beside the packages, their peers and what the program imports. */
export const projectTools: Readonly<Record<string, string>> = {
  '@types/node': '24.19.2',
  ...bundlers,
  ...Object.fromEntries(
    Object.entries(typescripts).map(([alias, version]) => [alias, `npm:typescript@${version}`]),
  ),
};

/** Beside the project, where a bundle finds no package that it lacks. */
const bundles = '../bundles';

/** A way from README's program to processes. */
export interface Way {
  readonly name: string;
  /** What Node.js runs to make the programs: a file and its arguments. */
  readonly builds: readonly (readonly string[])[];
  /** The files that do what README says. */
  readonly programs: readonly string[];
}

/** The compiler options of each `module` that is tried, with the files that it compiles. */
export const typeScriptModules: Readonly<
  Record<string, { readonly options: object; readonly files: readonly string[] }>
> = {
  // Without a package.json of type "module", this file is CommonJS.
  commonjs: { options: { module: 'commonjs' }, files: ['wrapped.ts'] },
  node16: { options: { module: 'node16' }, files: ['program.mts', 'wrapped.cts'] },
  nodenext: { options: { module: 'nodenext' }, files: ['program.mts', 'wrapped.cts'] },
  bundler: { options: { module: 'esnext', moduleResolution: 'bundler' }, files: ['program.mts'] },
};

/** Strict, and with the declarations of every package checked. */
export const strictOptions: object = {
  target: 'es2023',
  lib: ['es2023'],
  types: ['node'],
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  skipLibCheck: false,
  rootDir: '.',
};

// The SDK of OpenTelemetry 3.x reads `import.meta.url` as it is loaded, which esbuild leaves empty in CommonJS.
const importMeta = [
  '--define:import.meta.url=importMetaUrl',
  "--banner:js=const importMetaUrl = require('node:url').pathToFileURL(__filename).href;",
];

export const ways: readonly Way[] = [
  { name: 'ES modules', builds: [], programs: ['program.mjs'] },
  { name: 'CommonJS', builds: [], programs: ['wrapped.cjs'] },
  ...Object.entries(typescripts).flatMap(([alias, version]) =>
    Object.entries(typeScriptModules).map(([module, { files }]) => {
      const out = `${alias}-${module}`;
      return {
        name: `TypeScript ${version}, ${module}`,
        builds: [[`node_modules/${alias}/lib/tsc.js`, '--project', `${module}.json`, '--outDir', out]],
        programs: files.map((file) => `${out}/${file.replace(/ts$/, 'js')}`),
      };
    }),
  ),
  esbuild(),
  esbuild('--keep-names'),
  esbuild('--minify'),
  {
    name: `webpack ${bundlers.webpack}`,
    builds: [['webpack.cjs']],
    programs: [`${bundles}/webpack.mjs`],
  },
  {
    name: `rolldown ${bundlers.rolldown}`,
    builds: [
      ['node_modules/rolldown/bin/cli.mjs', 'program.mts']
        .concat('--platform', 'node', '--no-codeSplitting')
        .concat('--file', `${bundles}/rolldown.mjs`),
    ],
    programs: [`${bundles}/rolldown.mjs`],
  },
];

function esbuild(...options: readonly string[]): Way {
  const file = `${bundles}/esbuild${options.join('')}.cjs`;
  return {
    name: ['esbuild', bundlers.esbuild, ...options].join(' '),
    builds: [
      ['node_modules/esbuild/bin/esbuild', 'wrapped.ts', '--bundle', '--platform=node']
        .concat(`--outfile=${file}`, '--log-level=warning')
        .concat(importMeta, options),
    ],
    programs: [file],
  };
}
