import { expect, it } from '@jest/globals';
import { formatTable } from './release-table.ts';

it('has a row for each way and a column for each project, and the beginnings of failures below', () => {
  const first = { project: '22.15.0, npm 10.9.2', way: 'ES modules' };
  const attempts = [
    first,
    { ...first, way: 'CommonJS' },
    { ...first, project: '24.21.0, pnpm 12.21.0', failure: `Cannot find module${'\n'.repeat(30)}end` },
  ];
  expect(formatTable(attempts).trimEnd()).toBe(`\
|            | Node.js 22.15.0, npm 10.9.2 | Node.js 24.21.0, pnpm 12.21.0 |
| ---------- | --------------------------- | ----------------------------- |
| ES modules | ok                          | FAILED                        |
| CommonJS   | ok                          | -                             |

ES modules, Node.js 24.21.0, pnpm 12.21.0:
Cannot find module`);
});
