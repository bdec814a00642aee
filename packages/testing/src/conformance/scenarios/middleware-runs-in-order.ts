import assert from 'node:assert/strict';
import type { Middleware } from '@waybill/core';
import type { Scenario } from '../scenario.ts';

export const middlewareRunsInOrder: Scenario = {
  name: 'middleware runs in order, and what it throws is the application’s own error',
  async play(testBed) {
    const steps: string[] = [];
    const waybill = testBed
      .waybill()
      .use(tracing('outer', steps))
      .use('no-such-queue', tracing('elsewhere', steps));
    waybill.use(testBed.queue, tracing('inner', steps));
    const connection = await testBed.connect(waybill);
    await testBed.publish(connection, { body: 'one' });
    await testBed.consume(connection, 1, () => steps.push('handler'));
    await testBed.processed();

    const around = (what: string): string[] => [`outer ${what}`, `inner ${what}`];
    const back = (what: string): string[] => [`inner ${what} done`, `outer ${what} done`];
    assert.deepEqual(steps, [
      ...around('publish'),
      ...back('publish'),
      ...around('consume'),
      'handler',
      ...back('consume'),
    ]);

    const refusal = new Error('not today');
    const refusing = testBed.waybill().use({
      publish() {
        throw refusal;
      },
    });
    const refused = await testBed.connect(refusing);
    await assert.rejects(
      async () => testBed.publish(refused, { body: 'two' }),
      (error) => error === refusal,
    );
  },
};

function tracing(name: string, steps: string[]): Middleware {
  return {
    name,
    // Asynchronous only where the client is: one that answers at once refuses a layer that does not.
    publish(_call, next) {
      steps.push(`${name} publish`);
      const sent = next();
      const done = (): unknown => steps.push(`${name} publish done`);
      return sent instanceof Promise ? sent.then(done) : done();
    },
    async consume(_delivery, next) {
      steps.push(`${name} consume`);
      await next();
      steps.push(`${name} consume done`);
    },
  };
}
