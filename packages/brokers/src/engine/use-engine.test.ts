import { expect, it } from '@jest/globals';
import { noEngine } from './use-engine.ts';

it('names the reason and the two ways out where there is no engine', () => {
  expect(noEngine('WAYBILL_KAFKA_URL', 'dockerd does not start')).toBe(
    `No Docker engine answers, and dockerd does not start. Two ways out:
  - start Docker, and run this again
  - set WAYBILL_KAFKA_URL to the URL of a broker that is running`,
  );
});
