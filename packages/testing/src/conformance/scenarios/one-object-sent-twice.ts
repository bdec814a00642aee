import assert from 'node:assert/strict';
import type { Scenario } from '../scenario.ts';

export const oneObjectSentTwice: Scenario = {
  name: 'one object sent twice carries two contexts',
  async play(testBed) {
    const connection = await testBed.connect();
    const request = connection.request(testBed.queue, [{ body: 'one' }]);
    await connection.publish(request);
    await connection.publish(request);
    const delivered = await testBed.consume(connection, 2);

    const parents = delivered.map(({ header }) => header('traceparent')?.split('-')[2]).sort();
    const sent = testBed.sent().all.map(({ spanId }) => spanId);
    assert.deepEqual(parents, sent.sort());
  },
};
