import assert from 'node:assert/strict';
import type { Scenario } from '../scenario.ts';

export const aPublishThatFails: Scenario = {
  name: 'a publish that fails marks its span and throws what the bare client throws',
  async play(lab) {
    const errorOf = async (connection: Awaited<ReturnType<typeof lab.connect>>): Promise<Error> => {
      try {
        await connection.publish(connection.request(lab.harness.refusedQueue, [{ body: 'one' }]));
      } catch (error) {
        return error as Error;
      }
      throw new Error(`Publishing to ${lab.harness.refusedQueue} did not fail.`);
    };
    const bare = await errorOf(await lab.connect(undefined, 'bare'));
    const traced = await errorOf(await lab.connect());

    assert.equal(traced.name, bare.name);
    assert.equal(traced.constructor, bare.constructor);
    lab.spans.each.toHaveFailedWith(bare.name);
  },
};
