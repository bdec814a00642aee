import { expect, it } from '@jest/globals';
import { type Attempt, AttemptLog } from './attempt-log.ts';

function attempt(number: number): Attempt {
  return { number, span: { traceId: '1'.repeat(32), spanId: '2'.repeat(16), traceFlags: 1 } };
}

it('knows the last attempt at each of the last positions, from wherever it began', () => {
  const log = new AttemptLog();
  const start = 5_000_000_300;
  for (let position = start; position < start + 3_000; position++) log.remember(position, attempt(position));

  expect(log.previous(start + 2_999)?.number).toBe(start + 2_999);
  expect(log.previous(start + 1_976)?.number).toBe(start + 1_976);
  expect(log.previous(start + 1_975)).toBeUndefined();
  expect(log.previous(start + 3_000)).toBeUndefined();
  log.remember(start + 2_999, attempt(2));
  expect(log.previous(start + 2_999)?.number).toBe(2);
});
