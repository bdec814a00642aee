import assert from 'node:assert/strict';
import { trace } from '@opentelemetry/api';
import type { Scenario } from '../scenario.ts';
import { activeBaggage } from '../test-bed.ts';

const count = 200;

export const manyMessagesDoNotMix: Scenario = {
  name: 'hundreds of messages at once do not mix their contexts',
  async play(testBed) {
    const connection = await testBed.connect();
    const bodies = Array.from({ length: count }, (_, index) => `m-${index}`);
    await Promise.all(
      bodies.map((body) => testBed.withBaggage('body', body, () => testBed.publish(connection, { body }))),
    );
    const mixed: string[] = [];
    await testBed.consume(connection, count, async ({ body }) => {
      const span = trace.getActiveSpan();
      await new Promise((resolve) => setImmediate(resolve));
      if (activeBaggage('body') !== body || trace.getActiveSpan() !== span) mixed.push(body);
    });

    assert.deepEqual(mixed, []);
    const parents = new Set((await testBed.processed(count)).all.map(({ parentSpanId }) => parentSpanId));
    assert.equal(parents.size, count);
  },
};
