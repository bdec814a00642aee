import { attribute } from '@waybill/core/adapter';
import type { Scenario } from '../scenario.ts';

export const withoutHeadersANewTrace: Scenario = {
  name: 'a message without headers starts a new trace',
  async play(lab) {
    await lab.publish(await lab.connect(undefined, 'bare'), { body: 'one' });
    await lab.consume(await lab.connect(), 1);

    (await lab.processed())
      .toBeRoot()
      .toHaveLinks(0)
      .toHaveAttributes({ [attribute.relation]: 'none', [attribute.relationReason]: 'no-context' });
  },
};
