import assert from 'node:assert/strict';
import { attribute } from '@waybill/core/adapter';
import type { Scenario } from '../scenario.ts';

export const oneJourneyOverThreeHops: Scenario = {
  name: 'three hops, one of them late, are two traces and one journey',
  async play(testBed) {
    const first = await testBed.connect();
    const [second, third] = [await testBed.harness.createQueue(), await testBed.harness.createQueue()];
    const hop = (from: Awaited<ReturnType<typeof testBed.connect>>, to: string) => () =>
      from.publish(from.request(to, [{ body: 'on' }]));
    await testBed.publish(first, { body: 'start' });
    await testBed.consume(first, 1, hop(first, second));
    const late = await testBed.connect(testBed.waybill({ clock: () => Date.now() + 3_600_000 }));
    await testBed.consumeFrom(second, late, 1, hop(late, third));
    await testBed.consumeFrom(third, late, 1);
    await testBed.spans.waitFor(`process ${third}`, { timeout: 30_000 });

    const spans = testBed.spans.each.all;
    const start = testBed.sent().only.traceId;
    assert.equal(new Set(spans.map(({ traceId }) => traceId)).size, 2);
    assert.deepEqual([...new Set(spans.map(({ attributes }) => attributes[attribute.journeyId]))], [start]);
    testBed.spans.named(`process ${second}`).toBeRoot().toLinkTo(testBed.sent(second));
  },
};
