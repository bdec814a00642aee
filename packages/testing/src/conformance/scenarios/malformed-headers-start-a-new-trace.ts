import assert from 'node:assert/strict';
import { attribute } from '@waybill/core/adapter';
import type { Scenario } from '../scenario.ts';

const malformed = [
  '',
  'garbage',
  '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331',
  '00-0AF7651916CD43DD8448EB211C80319C-B7AD6B7169203331-01',
  'ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
  '00-00000000000000000000000000000000-b7ad6b7169203331-01',
  '00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01',
  '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more',
  'x'.repeat(4_096),
].filter((value) => value !== '');

export const malformedHeadersStartANewTrace: Scenario = {
  name: 'malformed headers stop no message and start a new trace',
  async play(testBed) {
    const bare = await testBed.connect(undefined, 'bare');
    for (const traceparent of malformed) {
      const headers = { traceparent, tracestate: '=,=', baggage: 'a=%ff%zz,=,;', waybill: '1-x' };
      await testBed.publish(bare, { body: traceparent, headers });
    }
    const delivered = await testBed.consume(await testBed.connect(), malformed.length);

    assert.deepEqual(delivered.map(({ body }) => body).sort(), [...malformed].sort());
    (await testBed.processed(malformed.length)).each
      .toBeRoot()
      .toHaveLinks(0)
      .toHaveSucceeded()
      .toHaveAttributes({ [attribute.relation]: 'none', [attribute.relationReason]: 'malformed' });
  },
};
