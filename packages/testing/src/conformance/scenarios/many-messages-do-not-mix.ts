import assert from 'node:assert/strict';
import { trace } from '@opentelemetry/api';
import { activeBaggage } from '../lab.ts';
import type { Scenario } from '../scenario.ts';

const count = 200;

export const manyMessagesDoNotMix: Scenario = {
  name: 'hundreds of messages at once do not mix their contexts',
  async play(lab) {
    const connection = await lab.connect();
    const bodies = Array.from({ length: count }, (_, index) => `m-${index}`);
    await Promise.all(
      bodies.map((body) => lab.withBaggage('body', body, () => lab.publish(connection, { body }))),
    );
    const mixed: string[] = [];
    await lab.consume(connection, count, async ({ body }) => {
      const span = trace.getActiveSpan();
      await new Promise((resolve) => setImmediate(resolve));
      if (activeBaggage('body') !== body || trace.getActiveSpan() !== span) mixed.push(body);
    });

    assert.deepEqual(mixed, []);
    const parents = new Set((await lab.processed(count)).all.map(({ parentSpanId }) => parentSpanId));
    assert.equal(parents.size, count);
  },
};
