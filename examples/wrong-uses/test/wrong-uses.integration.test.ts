import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { calls } from './calls.ts';
import { setUps } from './set-ups.ts';
import { told } from './told.ts';

const page = readFileSync(join(import.meta.dirname, '../../../docs/errors.md'), 'utf8');

describe.each([...setUps, ...calls])('$what', ({ code, use, mended }) => {
  it(`ends in ${code}, and docs/errors.md says what to do`, async () => {
    const [said = 'nothing', ...more] = await told(use);

    expect(said).toMatch(new RegExp(`\\[${code}\\]$`));
    expect(more).toEqual([]);
    expect(page).toMatch(new RegExp(`^### ${code}\n(?:(?!^##)[^])*^\\*\\*What to do\\.\\*\\*`, 'm'));
  });

  it('says nothing once that is done', async () => {
    expect(await told(mended)).toEqual([]);
  });
});

describe.each([
  ['an SDK that is registered with another copy of the API', 'two-copies.mjs', 'WAYBILL_API_VERSION', []],
  [
    'a client whose adapter is not installed',
    'no-adapter.mjs',
    'WAYBILL_AUTO_NO_ADAPTER',
    ['--import', '@waybill/auto/register'],
  ],
  [
    'a Node.js that is too old',
    'nothing.mjs',
    'WAYBILL_AUTO_NODE_VERSION',
    ['--import', './older-node.mjs', '--import', '@waybill/auto/register'],
  ],
  ['a file inside of a package', 'inside.mjs', 'ERR_PACKAGE_PATH_NOT_EXPORTED', []],
])('%s', (_, program, code, options) => {
  it(`ends in ${code}, and docs/errors.md says what to do`, () => {
    const env = { ...process.env, NODE_OPTIONS: '' };
    const { stderr } = spawnSync(process.execPath, [...options, program], {
      cwd: join(import.meta.dirname, 'programs'),
      env,
      encoding: 'utf8',
    });

    expect(stderr).toContain(`[${code}]`);
    expect(page).toMatch(new RegExp(`^### ${code}$`, 'm'));
  });
});
