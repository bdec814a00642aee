import assert from 'node:assert/strict';
import { attribute } from '@waybill/core/adapter';
import type { Scenario } from '../scenario.ts';
import { activeBaggage } from '../test-bed.ts';

export const lateBecomesARootThatLinks: Scenario = {
  name: 'a late message becomes a root that links, and keeps its baggage',
  async play(testBed) {
    const sender = await testBed.connect();
    await testBed.withBaggage('tenant.id', 'acme', () => testBed.publish(sender, { body: 'late' }));
    const inAnHour = testBed.waybill({ clock: () => Date.now() + 3_600_000, policy: { linkAfter: '1m' } });
    const seen: unknown[] = [];
    await testBed.consume(await testBed.connect(inAnHour), 1, () => seen.push(activeBaggage('tenant.id')));

    assert.deepEqual(seen, ['acme']);
    const sent = testBed.sent();
    (await testBed.processed())
      .toBeRoot()
      .toHaveLinks(1)
      .toLinkTo(sent, { [attribute.destinationName]: testBed.queue })
      .toHaveAttributes({
        [attribute.relation]: 'link',
        [attribute.relationReason]: 'late',
        [attribute.journeyId]: sent.only.traceId,
      });
  },
};
