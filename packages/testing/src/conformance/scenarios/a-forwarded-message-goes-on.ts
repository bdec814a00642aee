import assert from 'node:assert/strict';
import type { Scenario } from '../scenario.ts';

export const aForwardedMessageGoesOn: Scenario = {
  name: 'a message that is forwarded with its headers goes on in the trace',
  async play(testBed) {
    const connection = await testBed.connect();
    const next = await testBed.harness.createQueue();
    await testBed.publish(connection, { body: 'one' });
    await testBed.consume(connection, 1, ({ body, header }) => {
      const names = ['traceparent', 'tracestate', 'baggage', 'waybill'];
      const headers = Object.fromEntries(
        names.flatMap((name) => (header(name) ? [[name, header(name)]] : [])),
      );
      return connection.publish(connection.request(next, [{ body, headers }]));
    });

    const forwarded = testBed.sent(next).toHaveKind('PRODUCER').toHaveLinks(0);
    forwarded.toBeChildOf(await testBed.processed());
    const received: (string | undefined)[] = [];
    await testBed.consumeFrom(next, await testBed.connect(), 1, ({ header }) =>
      received.push(header('traceparent')),
    );
    assert.equal(received[0]?.split('-')[2], forwarded.only.spanId);
  },
};
