import { attribute } from '@waybill/core/adapter';
import type { Scenario } from '../scenario.ts';

export const theRuleOfAQueueWins: Scenario = {
  name: 'the rule of a queue wins over the default',
  async play(lab) {
    const policy = {
      relation: 'none',
      queues: { '*': { relation: 'link' }, [lab.queue]: { relation: 'parent' } },
    } as const;
    const connection = await lab.connect(lab.waybill({ policy }));
    await lab.publish(connection, { body: 'one' });
    await lab.consume(connection, 1);

    (await lab.processed()).toBeChildOf(lab.sent()).toHaveAttributes({ [attribute.relationReason]: 'rule' });
  },
};
