import { expect, it } from '@jest/globals';
import { filesHaveTellingNames } from './files-have-telling-names.ts';
import { sampleRepository } from './sample-repository.ts';
import { formatViolation } from './violation.ts';

it('refuses a name that says nothing', () => {
  const repository = sampleRepository({ 'packages/core/src/utils.ts': '' });
  expect(filesHaveTellingNames(repository).map(formatViolation)).toEqual([
    [
      'packages/core/src/utils.ts',
      "  files-have-telling-names: 'utils' does not say what is inside.",
      '  Fix: Name it after its main export, and split it when it has several.',
    ].join('\n'),
  ]);
});

it.each(['helpers.ts', 'type.test.ts', 'common/a.ts', 'misc.ts', 'shared/a.ts'])('refuses src/%s', (path) => {
  expect(filesHaveTellingNames(sampleRepository({ [`packages/core/src/${path}`]: '' }))).toHaveLength(1);
});

it('accepts names that only contain such a word', () => {
  const repository = sampleRepository({ 'packages/core/src/shared-subscription.ts': '' });
  expect(filesHaveTellingNames(repository)).toEqual([]);
});
