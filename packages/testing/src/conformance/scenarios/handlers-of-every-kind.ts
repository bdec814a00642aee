import assert from 'node:assert/strict';
import { trace } from '@opentelemetry/api';
import type { Scenario } from '../scenario.ts';

export const handlersOfEveryKind: Scenario = {
  name: 'synchronous, asynchronous and never-awaited work runs in the context of its message',
  async play(testBed) {
    const connection = await testBed.connect();
    await testBed.publish(connection, { body: 'sync' }, { body: 'async' }, { body: 'unawaited' });
    const active = new Map<string, string | undefined>();
    const loose: Promise<void>[] = [];
    await testBed.consume(connection, 3, ({ body }) => {
      const note = (): unknown => active.set(body, trace.getActiveSpan()?.spanContext().spanId);
      if (body === 'sync') return note();
      const later = new Promise<void>((resolve) => setImmediate(resolve)).then(() => void note());
      if (body === 'async') return later;
      loose.push(later);
      return undefined;
    });
    await Promise.all(loose);

    const processed = (await testBed.processed(3)).all.map(({ spanId }) => spanId);
    assert.deepEqual([...active.values()].sort(), processed.sort());
  },
};
