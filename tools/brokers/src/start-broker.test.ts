import { afterEach, expect, it } from '@jest/globals';
import { startBroker } from './start-broker.ts';

const before = process.env.WAYBILL_SQS_URL;

afterEach(() => {
  if (before === undefined) delete process.env.WAYBILL_SQS_URL;
  else process.env.WAYBILL_SQS_URL = before;
});

it('takes the broker that the environment names, and never stops it', async () => {
  process.env.WAYBILL_SQS_URL = 'http://127.0.0.1:9324';
  const broker = await startBroker('sqs');
  expect(broker.url).toBe('http://127.0.0.1:9324');
  await expect(broker.stop()).resolves.toBeUndefined();
});
