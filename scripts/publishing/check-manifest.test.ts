import { expect, it } from '@jest/globals';
import { findManifestProblems } from './check-manifest.ts';

const complete = {
  name: '@waybill/sqs',
  description: 'OpenTelemetry for Amazon SQS.',
  keywords: ['opentelemetry', 'sqs'],
  homepage: 'https://github.com/waybill-js/waybill/tree/main/packages/sqs#readme',
  bugs: 'https://github.com/waybill-js/waybill/issues',
  license: 'Apache-2.0',
  repository: {
    type: 'git',
    url: 'git+https://github.com/waybill-js/waybill.git',
    directory: 'packages/sqs',
  },
  engines: { node: '>=22.15' },
};

it('finds nothing wrong with a complete package.json', () => {
  expect(findManifestProblems(complete, 'packages/sqs')).toEqual([]);
});

it.each(['description', 'keywords', 'homepage', 'bugs', 'license', 'repository', 'engines'])(
  'misses %s by name',
  (field) => {
    expect(findManifestProblems({ ...complete, [field]: undefined }, 'packages/sqs')).toEqual([
      expect.stringMatching(`^packages/sqs/package.json: "${field}" `),
    ]);
  },
);

it('knows the folder of another package', () => {
  expect(findManifestProblems(complete, 'packages/kafkajs')).toEqual([
    expect.stringContaining(
      '"homepage" has to be "https://github.com/waybill-js/waybill/tree/main/packages/kafkajs#readme"',
    ),
    expect.stringContaining('"repository" has to be'),
  ]);
});
