import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { startFauxqs } from 'fauxqs';

interface Seen {
  readonly spans: readonly { name: string; scope: string; spanId: string; parentSpanId?: string }[];
  readonly warnings: readonly string[];
}

const instrumentation = '@opentelemetry/instrumentation-aws-sdk';
let server: Awaited<ReturnType<typeof startFauxqs>>;
beforeAll(async () => {
  server = await startFauxqs({ port: 0, logger: false });
});
afterAll(() => server.stop());

it('does not double spans of the automatic instrumentation, and says once how to switch that off', async () => {
  const program = join(import.meta.dirname, 'other-instrumentation.cjs');
  const env = { ...process.env, NODE_OPTIONS: '', SQS_ENDPOINT: server.address };
  const { stdout } = await promisify(execFile)(process.execPath, [program], { env });
  const { spans, warnings }: Seen = JSON.parse(stdout);

  const named = (name: string) => spans.filter((span) => span.name === name);
  const sent = named('orders send');
  expect(sent.map(({ scope }) => scope)).toEqual([instrumentation, instrumentation, instrumentation]);
  expect(spans.filter(({ name }) => /^(send|create|receive) orders$/.test(name))).toEqual([]);
  const processed = named('process orders');
  expect(new Set(processed.map(({ scope }) => scope))).toEqual(new Set(['@waybill/sqs']));
  const [one, full, batch] = sent.map(({ spanId }) => spanId);
  expect(processed.map(({ parentSpanId }) => parentSpanId).sort()).toEqual([one, full, batch, batch].sort());
  const ours = warnings.filter((text) => text.includes('@waybill'));
  expect(ours).toEqual([expect.stringContaining('OTEL_NODE_DISABLED_INSTRUMENTATIONS=aws-sdk')]);
});
