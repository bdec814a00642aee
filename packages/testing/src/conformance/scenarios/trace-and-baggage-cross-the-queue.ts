import assert from 'node:assert/strict';
import { attribute } from '@waybill/core/adapter';
import type { Scenario } from '../scenario.ts';
import { activeBaggage } from '../test-bed.ts';

export const traceAndBaggageCrossTheQueue: Scenario = {
  name: 'trace and baggage cross the queue',
  async play(testBed) {
    const connection = await testBed.connect();
    await testBed.withBaggage('tenant.id', 'acme', () => testBed.publish(connection, { body: 'one' }));
    const seen: unknown[] = [];
    const [message] = await testBed.consume(connection, 1, () => seen.push(activeBaggage('tenant.id')));

    assert.equal(message?.body, 'one');
    assert.deepEqual(seen, ['acme']);
    const processed = await testBed.processed();
    processed
      .toHaveKind('CONSUMER')
      .toBeChildOf(testBed.sent().toHaveKind('PRODUCER'))
      .toHaveAttributes({
        [attribute.systemName]: testBed.harness.system,
        [attribute.operationType]: 'process',
        [attribute.destinationName]: testBed.queue,
        [attribute.relation]: 'parent',
        [attribute.relationReason]: 'fresh',
      })
      .toHaveSucceeded();
  },
};
