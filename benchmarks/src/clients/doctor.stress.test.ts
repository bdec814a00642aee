import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from '@jest/globals';

/** What the doctor says of twenty calls of a client. */
async function diagnosisOf(client: string, by: string, messages: number): Promise<Record<string, unknown>> {
  const child = join(import.meta.dirname, 'diagnose-client.ts');
  const { stdout } = await promisify(execFile)(process.execPath, [child, client, by, String(messages)]);
  return JSON.parse(stdout);
}

describe('the doctor finds nothing in what is well', () => {
  it.each([
    ['waybill', 'kafkajs', 1, 20],
    ['waybill', 'kafkajs', 10, 200],
    ['waybill', 'sqs', 1, 20],
    ['waybill', 'amqplib', 1, 20],
    ['waybill', 'bullmq', 1, 20],
    ['contrib', 'kafkajs', 1, 20],
    ['contrib', 'kafkajs', 10, 200],
    ['contrib', 'amqplib', 1, 20],
    ['contrib', 'bullmq', 1, 20],
  ])('%s on %s, %i messages a call', async (by, client, messages, seen) => {
    expect(await diagnosisOf(client, by, messages)).toEqual({
      spans: expect.any(Number),
      messages: seen,
      findings: [],
    });
  });
});
