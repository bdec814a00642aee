import assert from 'node:assert/strict';
import { attribute } from '@waybill/core/adapter';
import type { Scenario } from '../scenario.ts';
import { activeBaggage, within } from '../test-bed.ts';

export const aBatchLinksToEveryMessage: Scenario = {
  name: 'a batch is a root that links to every message once',
  async play(testBed) {
    const connection = await testBed.connect();
    assert.ok(
      connection.consumeBatch,
      `The harness has no consumeBatch. Add it, or say in excused[${JSON.stringify(aBatchLinksToEveryMessage.name)}] why the client hands no batches to a handler.`,
    );
    const sending = ['one', 'two', 'three'].map((body) => ({ body }));
    await testBed.withBaggage('tenant.id', 'acme', () => testBed.publish(connection, ...sending));
    const tenants: unknown[] = [];
    let handled = 0;
    await within(30_000, 'the batch', async (enough) => {
      await connection.consumeBatch?.(testBed.queue, async (messages, processOne) => {
        for (const message of messages) {
          await processOne(message, () => tenants.push(activeBaggage('tenant.id')));
        }
        handled += messages.length;
        if (handled >= sending.length) enough();
      });
    });

    const created = testBed.spans.named(`create ${testBed.queue}`).toHaveCount(3);
    created.each.toBeChildOf(testBed.sent().toHaveKind('CLIENT'));
    assert.deepEqual(tenants, ['acme', 'acme', 'acme']);
    await testBed.processed(4);
    const [batches, singles] = ['batch', 'fresh'].map((reason) =>
      testBed.spans.named(`process ${testBed.queue}`).where({ [attribute.relationReason]: reason }),
    );
    batches?.each.toBeRoot();
    singles?.toHaveCount(3);
    const links = batches?.all.flatMap((batch) => batch.links.map(({ spanId }) => spanId));
    assert.deepEqual(links?.sort(), created.all.map(({ spanId }) => spanId).sort());
  },
};
