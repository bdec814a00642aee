import assert from 'node:assert/strict';
import { context, trace } from '@opentelemetry/api';
import type { Scenario } from '../scenario.ts';
import { activeBaggage } from '../test-bed.ts';

export const nothingStaysAttached: Scenario = {
  name: 'nothing stays attached afterwards',
  async play(testBed) {
    const connection = await testBed.connect();
    const before = context.active();
    const publishing = testBed.withBaggage('tenant.id', 'acme', () =>
      testBed.publish(connection, { body: 'one' }),
    );
    assert.equal(context.active(), before);
    await publishing;
    await testBed.publish(connection, { body: 'two' });
    const tenants = new Map<string, string | undefined>();
    await testBed.consume(connection, 2, ({ body }) => tenants.set(body, activeBaggage('tenant.id')));

    assert.equal(context.active(), before);
    assert.equal(trace.getActiveSpan(), undefined);
    assert.deepEqual(Object.fromEntries(tenants), { one: 'acme', two: undefined });
  },
};
