import assert from 'node:assert/strict';
import type { Scenario } from '../scenario.ts';

export const foreignHeadersSurvive: Scenario = {
  name: 'headers of others survive',
  async play(lab) {
    const connection = await lab.connect();
    await lab.publish(connection, { body: 'one', headers: { 'x-request-id': 'r-1', priority: 'high' } });
    const [message] = await lab.consume(connection, 1);

    assert.equal(message?.header('x-request-id'), 'r-1');
    assert.equal(message?.header('priority'), 'high');
    (await lab.processed()).toBeChildOf(lab.sent());
  },
};
