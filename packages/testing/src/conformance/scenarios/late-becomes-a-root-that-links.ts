import assert from 'node:assert/strict';
import { attribute } from '@waybill/core/adapter';
import { activeBaggage } from '../lab.ts';
import type { Scenario } from '../scenario.ts';

export const lateBecomesARootThatLinks: Scenario = {
  name: 'a late message becomes a root that links, and keeps its baggage',
  async play(lab) {
    const sender = await lab.connect();
    await lab.withBaggage('tenant.id', 'acme', () => lab.publish(sender, { body: 'late' }));
    const inAnHour = lab.waybill({ clock: () => Date.now() + 3_600_000, policy: { linkAfter: '1m' } });
    const seen: unknown[] = [];
    await lab.consume(await lab.connect(inAnHour), 1, () => seen.push(activeBaggage('tenant.id')));

    assert.deepEqual(seen, ['acme']);
    const sent = lab.sent();
    (await lab.processed())
      .toBeRoot()
      .toHaveLinks(1)
      .toLinkTo(sent, { [attribute.destinationName]: lab.queue })
      .toHaveAttributes({
        [attribute.relation]: 'link',
        [attribute.relationReason]: 'late',
        [attribute.journeyId]: sent.only.traceId,
      });
  },
};
