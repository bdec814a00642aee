import { expect, it } from '@jest/globals';
import { linkOnSite } from './repository-links.ts';

const pages = new Set(['README.md', 'docs/policy.md', 'docs/auto.md', 'packages/sqs/README.md']);

it.each([
  ['docs/auto.md', 'policy.md#names', 'policy.md#names'],
  ['docs/auto.md', '../README.md', '../index.md'],
  ['docs/auto.md', '../packages/sqs', '../packages/sqs/index.md'],
  ['docs/auto.md', '../packages/sqs/README.md#limits', '../packages/sqs/index.md#limits'],
  ['packages/core/README.md', '../sqs', '../sqs/index.md'],
  ['docs/auto.md', '#policy', '#policy'],
  ['docs/auto.md', 'https://opentelemetry.io', 'https://opentelemetry.io'],
  [
    'docs/auto.md',
    '../tools/brokers/src/until.ts',
    'https://github.com/waybill-js/waybill/blob/main/tools/brokers/src/until.ts',
  ],
  ['README.md', 'docs/decisions', 'https://github.com/waybill-js/waybill/tree/main/docs/decisions'],
])('on %s, %s leads to %s', (page, href, target) => {
  expect(linkOnSite(page, href, pages)).toBe(target);
});
