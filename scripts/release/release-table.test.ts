import { expect, it } from '@jest/globals';
import { compareOutputs, formatTable } from './release-table.ts';

const trace = 'trace 0af7651916cd43dd8448eb211c80319c\n  send orders 1.25 ms\n';
const first = { project: '22.15.0, npm 10.9.2', way: 'ES modules', output: trace };

it('takes outputs for the same that differ in ids, times and drawings', () => {
  const second = { ...first, way: 'CommonJS', output: 'trace  b7ad6b7169203331\n send orders |## | 12 s' };
  expect(compareOutputs([first, second])).toEqual([first, second]);
});

it.each([
  ['something else', 'trace 0af76519\n  send invoices 1 ms'],
  ['nothing', ' \n'],
])('fails a way whose program printed %s', (_what, output) => {
  const [, second] = compareOutputs([first, { ...first, way: 'CommonJS', output }]);
  expect(second?.failure).toContain('instead of\ntrace 0af7651916cd43dd8448eb211c80319c');
});

it('fails all where no program printed anything', () => {
  expect(compareOutputs([{ ...first, output: '' }])[0]?.failure).toBeDefined();
});

it('has a row for each way and a column for each project, and the failures below', () => {
  const attempts = [
    first,
    { ...first, way: 'CommonJS' },
    { ...first, project: '24.21.0, pnpm 12.21.0', failure: 'Cannot find module' },
  ];
  expect(formatTable(attempts)).toBe(`\
|            | Node.js 22.15.0, npm 10.9.2 | Node.js 24.21.0, pnpm 12.21.0 |
| ---------- | --------------------------- | ----------------------------- |
| ES modules | ok                          | FAILED                        |
| CommonJS   | ok                          | -                             |

ES modules, Node.js 24.21.0, pnpm 12.21.0:
Cannot find module`);
});
