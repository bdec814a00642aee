import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { hostname } from 'node:os';
import { expect, it } from '@jest/globals';
import { isAlive, thisOwner } from './owner.ts';

it('knows that this process is alive', () => {
  expect(thisOwner()).toContain(`${hostname()}/${process.pid}/`);
  expect(isAlive(thisOwner())).toBe(true);
});

it('knows that a process has ended', async () => {
  const child = spawn(process.execPath, ['--eval', '']);
  await once(child, 'exit');
  expect(isAlive(`${hostname()}/${child.pid}/1`)).toBe(false);
});

it('does not take a process for an earlier one with the same id', () => {
  expect(isAlive(`${hostname()}/${process.pid}/1`)).toBe(false);
});

it('leaves it to another host to say who is gone there', () => {
  expect(isAlive('another-host/1/1')).toBe(true);
});
