import { afterAll, expect, it } from '@jest/globals';
import { HandoffTestBed } from './handoff-test-bed.ts';

const testBed = await HandoffTestBed.open();
afterAll(() => testBed.close());

it('recurring work runs a thousand times, every ms, in a thousand traces', async () => {
  const handoff = testBed.handoff();
  let runs = 0;
  await testBed.request('acme', () => {
    return new Promise<void>((resolve) => {
      const timer = handoff.setInterval(
        'tick',
        (step: number) => {
          runs += step;
          if (runs < 1_000) return;
          clearInterval(timer);
          resolve();
        },
        1,
        1,
      );
    });
  });

  const { all } = testBed.spans.named('run tick');
  expect([all.length, new Set(all.map(({ traceId }) => traceId)).size]).toEqual([1_000, 1_000]);
  expect(all.slice(1).every(({ links }) => links.length === 2)).toBe(true);
}, 60_000);
