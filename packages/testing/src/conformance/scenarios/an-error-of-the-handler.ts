import assert from 'node:assert/strict';
import type { Scenario } from '../scenario.ts';

export const anErrorOfTheHandler: Scenario = {
  name: 'an error of the handler is recorded, reaches the client, and the message comes again',
  async play(testBed) {
    const connection = await testBed.connect();
    await testBed.publish(connection, { body: 'one' });
    let calls = 0;
    await testBed.consume(connection, 2, async () => {
      calls += 1;
      if (calls === 1) throw new OutOfStock('no chairs left');
    });

    assert.equal(calls, 2);
    const processed = await testBed.processed(2);
    processed.at(0).toHaveFailedWith('OutOfStock', 'no chairs left');
    processed.at(1).toHaveSucceeded();
  },
};

class OutOfStock extends Error {
  override readonly name = 'OutOfStock';
}
