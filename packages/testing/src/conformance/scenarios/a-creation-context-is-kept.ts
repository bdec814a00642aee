import assert from 'node:assert/strict';
import type { Scenario } from '../scenario.ts';

const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

export const aCreationContextIsKept: Scenario = {
  name: 'a creation context that is in the message already is kept',
  async play(testBed) {
    const connection = await testBed.connect();
    await testBed.publish(connection, { body: 'one', headers: { traceparent } });
    const [message] = await testBed.consume(connection, 1);

    assert.equal(message?.header('traceparent'), traceparent);
    const sent = testBed.sent().toHaveKind('CLIENT').toHaveLinks(1);
    assert.equal(sent.only.links[0]?.spanId, 'b7ad6b7169203331');
    const processed = (await testBed.processed()).only;
    assert.equal(processed.traceId, '0af7651916cd43dd8448eb211c80319c');
    assert.equal(processed.parentSpanId, 'b7ad6b7169203331');
  },
};
