import assert from 'node:assert/strict';
import { context, trace } from '@opentelemetry/api';
import { activeBaggage } from '../lab.ts';
import type { Scenario } from '../scenario.ts';

export const nothingStaysAttached: Scenario = {
  name: 'nothing stays attached afterwards',
  async play(lab) {
    const connection = await lab.connect();
    const before = context.active();
    const publishing = lab.withBaggage('tenant.id', 'acme', () => lab.publish(connection, { body: 'one' }));
    assert.equal(context.active(), before);
    await publishing;
    await lab.publish(connection, { body: 'two' });
    const tenants = new Map<string, string | undefined>();
    await lab.consume(connection, 2, ({ body }) => tenants.set(body, activeBaggage('tenant.id')));

    assert.equal(context.active(), before);
    assert.equal(trace.getActiveSpan(), undefined);
    assert.deepEqual(Object.fromEntries(tenants), { one: 'acme', two: undefined });
  },
};
