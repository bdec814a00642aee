import assert from 'node:assert/strict';
import type { Scenario } from '../scenario.ts';

export const foreignHeadersSurvive: Scenario = {
  name: 'headers of others survive',
  async play(testBed) {
    const connection = await testBed.connect();
    await testBed.publish(connection, { body: 'one', headers: { 'x-request-id': 'r-1', priority: 'high' } });
    const [message] = await testBed.consume(connection, 1);

    assert.equal(message?.header('x-request-id'), 'r-1');
    assert.equal(message?.header('priority'), 'high');
    (await testBed.processed()).toBeChildOf(testBed.sent());
  },
};
