import assert from 'node:assert/strict';
import { attribute } from '@waybill/core/adapter';
import { activeBaggage, within } from '../lab.ts';
import type { Scenario } from '../scenario.ts';

export const aBatchLinksToEveryMessage: Scenario = {
  name: 'a batch is a root that links to every message once',
  async play(lab) {
    const connection = await lab.connect();
    const sending = ['one', 'two', 'three'].map((body) => ({ body }));
    await lab.withBaggage('tenant.id', 'acme', () => lab.publish(connection, ...sending));
    const tenants: unknown[] = [];
    let handled = 0;
    await within(30_000, 'the batch', async (enough) => {
      await connection.consumeBatch?.(lab.queue, async (messages, processOne) => {
        for (const message of messages) {
          await processOne(message, () => tenants.push(activeBaggage('tenant.id')));
        }
        handled += messages.length;
        if (handled >= sending.length) enough();
      });
    });

    const created = lab.spans.named(`create ${lab.queue}`).toHaveCount(3);
    created.each.toBeChildOf(lab.sent().toHaveKind('CLIENT'));
    assert.deepEqual(tenants, ['acme', 'acme', 'acme']);
    await lab.processed(4);
    const [batches, singles] = ['batch', 'fresh'].map((reason) =>
      lab.spans.named(`process ${lab.queue}`).where({ [attribute.relationReason]: reason }),
    );
    batches?.each.toBeRoot();
    singles?.toHaveCount(3);
    const links = batches?.all.flatMap((batch) => batch.links.map(({ spanId }) => spanId));
    assert.deepEqual(links?.sort(), created.all.map(({ spanId }) => spanId).sort());
  },
};
