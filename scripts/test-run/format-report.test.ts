import { expect, it } from '@jest/globals';
import { formatReport } from './format-report.ts';

it('names what failed and counts each project', () => {
  const report = formatReport([
    {
      project: 'unit',
      counts: { passed: 12, failed: 1, skipped: 0 },
      failures: ['a.test.ts: adds'],
      seconds: 1.26,
    },
    { project: 'container', counts: { passed: 3, failed: 0, skipped: 0 }, failures: [], seconds: 20 },
  ]);
  expect(report).toBe(
    [
      'Failed:',
      '  ✕ a.test.ts: adds',
      '',
      '             passed   failed  skipped     time',
      'unit             12        1        0    1.3 s',
      'container         3        0        0   20.0 s',
    ].join('\n'),
  );
});
