import { Readable } from 'node:stream';
import { expect, it } from '@jest/globals';
import { followProgress } from './follow-progress.ts';

it('counts the steps of a pull or a build', async () => {
  let steps = 0;
  await followProgress(Readable.from(['{"status":"Pulling"}\r\n{"status":', '"Done"}\n']), () => {
    steps += 1;
  });
  expect(steps).toBe(2);
});

it("throws the engine's own message", async () => {
  const progress = Readable.from(['{"stream":"Step 1"}\n{"error":"no space left on device"}\n']);
  await expect(followProgress(progress)).rejects.toThrow('no space left on device');
});
