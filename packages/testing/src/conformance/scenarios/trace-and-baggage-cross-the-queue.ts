import assert from 'node:assert/strict';
import { attribute } from '@waybill/core/adapter';
import { activeBaggage } from '../lab.ts';
import type { Scenario } from '../scenario.ts';

export const traceAndBaggageCrossTheQueue: Scenario = {
  name: 'trace and baggage cross the queue',
  async play(lab) {
    const connection = await lab.connect();
    await lab.withBaggage('tenant.id', 'acme', () => lab.publish(connection, { body: 'one' }));
    const seen: unknown[] = [];
    const [message] = await lab.consume(connection, 1, () => seen.push(activeBaggage('tenant.id')));

    assert.equal(message?.body, 'one');
    assert.deepEqual(seen, ['acme']);
    const processed = await lab.processed();
    processed
      .toHaveKind('CONSUMER')
      .toBeChildOf(lab.sent().toHaveKind('PRODUCER'))
      .toHaveAttributes({
        [attribute.systemName]: lab.harness.system,
        [attribute.operationType]: 'process',
        [attribute.destinationName]: lab.queue,
        [attribute.relation]: 'parent',
        [attribute.relationReason]: 'fresh',
      })
      .toHaveSucceeded();
  },
};
