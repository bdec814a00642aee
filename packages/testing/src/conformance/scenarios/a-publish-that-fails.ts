import assert from 'node:assert/strict';
import type { Scenario } from '../scenario.ts';

export const aPublishThatFails: Scenario = {
  name: 'a publish that fails marks its span and throws what the bare client throws',
  async play(testBed) {
    const errorOf = async (connection: Awaited<ReturnType<typeof testBed.connect>>): Promise<Error> => {
      try {
        await connection.publish(connection.request(testBed.harness.refusedQueue, [{ body: 'one' }]));
      } catch (error) {
        return error as Error;
      }
      throw new Error(`Publishing to ${testBed.harness.refusedQueue} did not fail.`);
    };
    const bare = await errorOf(await testBed.connect(undefined, 'bare'));
    const traced = await errorOf(await testBed.connect());

    assert.equal(traced.name, bare.name);
    assert.equal(traced.constructor, bare.constructor);
    testBed.spans.each.toHaveFailedWith(bare.name);
  },
};
