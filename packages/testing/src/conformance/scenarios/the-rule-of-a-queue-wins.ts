import { attribute } from '@waybill/core/adapter';
import type { Scenario } from '../scenario.ts';

export const theRuleOfAQueueWins: Scenario = {
  name: 'the rule of a queue wins over the default',
  async play(testBed) {
    const policy = {
      relation: 'none',
      queues: { '*': { relation: 'link' }, [testBed.queue]: { relation: 'parent' } },
    } as const;
    const connection = await testBed.connect(testBed.waybill({ policy }));
    await testBed.publish(connection, { body: 'one' });
    await testBed.consume(connection, 1);

    (await testBed.processed())
      .toBeChildOf(testBed.sent())
      .toHaveAttributes({ [attribute.relationReason]: 'rule' });
  },
};
