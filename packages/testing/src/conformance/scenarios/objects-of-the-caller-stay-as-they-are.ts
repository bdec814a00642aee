import assert from 'node:assert/strict';
import type { Scenario } from '../scenario.ts';

export const objectsOfTheCallerStayAsTheyAre: Scenario = {
  name: 'objects of the caller stay as they are, also frozen ones',
  async play(testBed) {
    const connection = await testBed.connect();
    const messages = [{ body: 'one', headers: { 'x-request-id': 'r-1' } }, { body: 'two' }];
    for (const some of [messages.slice(0, 1), messages]) {
      const request = deepFreeze(connection.request(testBed.queue, some));
      const before = JSON.stringify(request);
      await connection.publish(request);
      assert.equal(JSON.stringify(request), before);
    }
    await testBed.consume(connection, 3);
    (await testBed.processed(3)).each.toHaveSucceeded();
  },
};

function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return value;
  for (const child of Object.values(value)) deepFreeze(child);
  return Object.freeze(value);
}
