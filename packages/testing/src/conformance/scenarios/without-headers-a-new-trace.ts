import { attribute } from '@waybill/core/adapter';
import type { Scenario } from '../scenario.ts';

export const withoutHeadersANewTrace: Scenario = {
  name: 'a message without headers starts a new trace',
  async play(testBed) {
    await testBed.publish(await testBed.connect(undefined, 'bare'), { body: 'one' });
    await testBed.consume(await testBed.connect(), 1);

    (await testBed.processed())
      .toBeRoot()
      .toHaveLinks(0)
      .toHaveAttributes({ [attribute.relation]: 'none', [attribute.relationReason]: 'no-context' });
  },
};
