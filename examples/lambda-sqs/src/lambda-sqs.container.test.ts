import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from '@jest/globals';

it('handles every record below the invocation, links to its sender, and has only the record come again that failed', async () => {
  const program = join(import.meta.dirname, 'main.ts');
  const { stdout } = await promisify(execFile)(process.execPath, [program, '--json'], {
    env: { ...process.env, NODE_OPTIONS: '' },
  });

  const { records, shipped } = JSON.parse(stdout) as {
    records: { attempt: number; outcome?: string }[];
    shipped: object[];
  };
  expect(records).toHaveLength(4);
  for (const record of records) {
    expect(record).toMatchObject({ relation: 'ambient', reason: 'invocation', parent: 'ship-orders' });
  }
  expect(records.filter(({ outcome }) => outcome === 'retry')).toMatchObject([
    { attempt: 1, links: ['creation'] },
  ]);
  expect(records.filter(({ attempt }) => attempt === 2)).toMatchObject([
    { links: ['creation', 'previous-attempt'] },
  ]);
  expect(shipped).toEqual(
    expect.arrayContaining([
      { body: 'chair', tenant: 'acme' },
      { body: 'lamp', tenant: 'acme' },
      { body: 'piano', tenant: 'globex' },
    ]),
  );
});
