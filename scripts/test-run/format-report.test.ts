import { expect, it } from '@jest/globals';
import { formatReport } from './format-report.ts';

it('names what failed and counts each project', () => {
  const report = formatReport([
    {
      project: 'unit',
      run: 1,
      counts: { passed: 12, failed: 1, skipped: 0 },
      failures: ['a.test.ts: adds'],
      seconds: 1.26,
    },
    { project: 'container', run: 1, counts: { passed: 3, failed: 0, skipped: 0 }, failures: [], seconds: 20 },
  ]);
  expect(report).toBe(
    [
      'Failed:',
      '  ✕ a.test.ts: adds',
      '',
      '                 passed   failed  skipped     time',
      'unit                 12        1        0    1.3 s',
      'container             3        0        0   20.0 s',
    ].join('\n'),
  );
});

it('names the run of each failure and of each count where there were several', () => {
  const counts = { passed: 1, failed: 1, skipped: 0 };
  const report = formatReport([
    { project: 'unit', run: 1, counts: { ...counts, failed: 0 }, failures: [], seconds: 1 },
    { project: 'unit', run: 2, counts, failures: ['a.test.ts: adds'], seconds: 1 },
  ]);
  expect(report).toContain('  ✕ run 2: a.test.ts: adds\n');
  expect(report).toMatch(/^unit 1 +1 +0 +0/m);
  expect(report).toMatch(/^unit 2 +1 +1 +0/m);
});
