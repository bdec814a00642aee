import { describe, expect, it } from '@jest/globals';
import { adapters } from './adapters/index.ts';
import type { SlowShape } from './linear-time.ts';
import { ask, startWorker } from './worker-pool.ts';

const headers = ['traceparent', 'tracestate', 'baggage', 'waybill'];

describe.each(adapters)('$name takes linear time', (adapter) => {
  it.each(headers)(
    'for a %s of any shape',
    async (header) => {
      const worker = startWorker();
      try {
        expect(await ask<SlowShape[]>(worker, { adapter: adapter.name, header })).toEqual([]);
      } finally {
        worker.kill();
      }
    },
    120_000,
  );
});
