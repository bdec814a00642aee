import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, expect, it } from '@jest/globals';
import { DiagLogLevel, diag } from '@opentelemetry/api';
import { until } from '@waybill/brokers';
import { createWaybill } from '@waybill/core';
import { startTestTelemetry } from '@waybill/testing';
import { createHandoff } from '../src/index.ts';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;
const telemetry = await startTestTelemetry();
afterAll(() => telemetry.shutdown());

it('thousands of runs leave nothing behind: of a schedule, of callbacks, of a buffer', () => {
  const tracer = telemetry.tracerProvider.getTracer('application');
  const handoff = createHandoff(createWaybill());
  const tick = tracer.startActiveSpan('start', () => handoff.recurring('tick', () => undefined));
  const rows = handoff.buffer<string>('rows');
  const run = (count: number): number => {
    for (let index = 0; index < count; index++) {
      tick();
      tracer.startActiveSpan('request', (span) => {
        handoff.bind('task', () => 'x'.repeat(100))();
        rows.push('x'.repeat(100));
        span.end();
      });
      if (rows.size === 100) rows.flush(() => undefined);
    }
    telemetry.spans.clear();
    for (let round = 0; round < 4; round++) collect();
    return process.memoryUsage().heapUsed;
  };

  const before = run(2_000);
  const after = run(20_000);

  expect(after - before).toBeLessThan(2_000_000);
});

it('a callback that was collected before it ran is reported while the program runs', async () => {
  const warnings: string[] = [];
  const ignore = (): void => undefined;
  const warn = (...parts: unknown[]): void => void warnings.push(parts.join(' '));
  diag.setLogger({ warn, error: ignore, info: ignore, debug: ignore, verbose: ignore }, DiagLogLevel.WARN);
  const handoff = createHandoff(createWaybill({ diagnose: true }));
  const tracer = telemetry.tracerProvider.getTracer('application');
  tracer.startActiveSpan('request', (span) => {
    handoff.bind('lost', () => undefined);
    span.end();
  });
  await until(() => {
    collect();
    return warnings.some((text) => text.includes('bound for "lost" never ran'));
  });
  diag.disable();
});
