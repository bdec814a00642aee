import assert from 'node:assert/strict';
import { context } from '@opentelemetry/api';
import { createWaybill } from '@waybill/core';
import type { Scenario } from '../scenario.ts';

export const withoutAnSdkNothingChanges: Scenario = {
  name: 'without an SDK nothing changes',
  async play(testBed) {
    context.disable();
    const connection = await testBed.connect(createWaybill());
    await testBed.publish(connection, { body: 'one', headers: { 'x-request-id': 'r-1' } });
    const [message] = await testBed.consume(connection, 1);

    assert.equal(message?.body, 'one');
    const names = ['x-request-id', 'traceparent', 'tracestate', 'baggage', 'waybill'];
    assert.deepEqual(
      names.map((name) => message?.header(name)),
      ['r-1', undefined, undefined, undefined, undefined],
    );
  },
};
