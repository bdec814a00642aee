import { attribute } from '@waybill/core/adapter';
import type { Scenario } from '../scenario.ts';

export const aRedeliveryLinksToTheAttemptBefore: Scenario = {
  name: 'a redelivery stays in the trace, counts its attempt and links to the one before',
  async play(testBed) {
    const connection = await testBed.connect();
    await testBed.publish(connection, { body: 'one' });
    let calls = 0;
    await testBed.consume(connection, 2, () => {
      calls += 1;
      if (calls === 1) throw new Error('try again');
    });

    const processed = await testBed.processed(2);
    processed.each.toBeChildOf(testBed.sent());
    processed
      .at(1)
      .toHaveAttributes({ [attribute.messageAttempt]: 2 })
      .toLinkTo(processed.at(0), { [attribute.linkTo]: 'previous-attempt' });
  },
};
