import { expect, it } from '@jest/globals';
import { exportsMatchBuild } from './exports-match-build.ts';
import type { Manifest } from './repository.ts';
import { sampleRepository } from './sample-repository.ts';

const built = {
  import: { types: './dist/index.d.mts', default: './dist/index.mjs' },
  require: { types: './dist/index.d.cts', default: './dist/index.cjs' },
};
const good: Manifest = {
  name: '@waybill/sqs',
  exports: { '.': './src/index.ts', './package.json': './package.json' },
  publishConfig: { exports: { '.': built, './package.json': './package.json' } },
};

function check(manifest: Manifest, files: Record<string, string> = { 'packages/sqs/src/index.ts': '' }) {
  const { packages, ...rest } = sampleRepository(files, { 'packages/sqs': manifest });
  return exportsMatchBuild({ ...rest, packages: packages.filter((one) => one.directory === 'packages/sqs') });
}

it('accepts published exports that mirror the sources', () => {
  expect(check(good)).toEqual([]);
});

it('refuses an export without a source file', () => {
  expect(check(good, {})).toEqual([
    {
      file: 'packages/sqs/package.json',
      rule: 'exports-match-build',
      problem: 'exports "." from ./src/index.ts, which does not exist.',
      fix: 'Create ./src/index.ts or remove "." from exports and publishConfig.exports.',
    },
  ]);
});

it('refuses published exports that miss an entry, and says what they should be', () => {
  const [violation] = check({ ...good, publishConfig: { exports: { '.': built } } });
  expect(violation?.problem).toBe('publishConfig.exports is not what is built from exports.');
  expect(violation?.fix).toBe(`Set publishConfig.exports to ${JSON.stringify(good.publishConfig?.exports)}`);
});

it('refuses a package that would publish its sources', () => {
  const { publishConfig: _, ...unpublished } = good;
  expect(check(unpublished)).toHaveLength(1);
});

it('asks nothing of a private package', () => {
  expect(check({ name: '@waybill/sqs', private: true, exports: good.exports ?? {} }, {})).toEqual([]);
});
