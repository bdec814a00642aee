import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, expect, it } from '@jest/globals';
import { context } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { NoopSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { createWaybill } from '@waybill/core';
import { createHandoff } from '../src/index.ts';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;
afterAll(() => context.disable());

it('thousands of runs leave nothing behind: of a schedule, of callbacks, of a buffer', () => {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  const tracerProvider = new TracerProvider({ spanProcessors: [new NoopSpanProcessor()] });
  const tracer = tracerProvider.getTracer('application');
  const handoff = createHandoff(createWaybill({ tracerProvider }));
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
    for (let round = 0; round < 4; round++) collect();
    return process.memoryUsage().heapUsed;
  };

  const before = run(2_000);
  const after = run(20_000);

  expect(after - before).toBeLessThan(2_000_000);
});
