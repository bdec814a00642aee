import assert from 'node:assert/strict';
import { attribute } from '@waybill/core/adapter';
import type { Scenario } from '../scenario.ts';

export const oneJourneyOverThreeHops: Scenario = {
  name: 'three hops, one of them late, are two traces and one journey',
  async play(lab) {
    const first = await lab.connect();
    const [second, third] = [await lab.harness.createQueue(), await lab.harness.createQueue()];
    const hop = (from: Awaited<ReturnType<typeof lab.connect>>, to: string) => () =>
      from.publish(from.request(to, [{ body: 'on' }]));
    await lab.publish(first, { body: 'start' });
    await lab.consume(first, 1, hop(first, second));
    const late = await lab.connect(lab.waybill({ clock: () => Date.now() + 3_600_000 }));
    await lab.consumeFrom(second, late, 1, hop(late, third));
    await lab.consumeFrom(third, late, 1);
    await lab.spans.waitFor(`process ${third}`, { timeout: 30_000 });

    const spans = lab.spans.each.all;
    const start = lab.sent().only.traceId;
    assert.equal(new Set(spans.map(({ traceId }) => traceId)).size, 2);
    assert.deepEqual([...new Set(spans.map(({ attributes }) => attributes[attribute.journeyId]))], [start]);
    lab.spans.named(`process ${second}`).toBeRoot().toLinkTo(lab.sent(second));
  },
};
