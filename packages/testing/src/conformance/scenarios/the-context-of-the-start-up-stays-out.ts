import assert from 'node:assert/strict';
import { context, propagation, trace } from '@opentelemetry/api';
import { attribute } from '@waybill/core/adapter';
import type { Scenario } from '../scenario.ts';
import { activeBaggage } from '../test-bed.ts';

const startUp = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', traceFlags: 1 };

export const theContextOfTheStartUpStaysOut: Scenario = {
  name: 'the context that the client was started in reaches no message',
  async play(testBed) {
    await testBed.publish(await testBed.connect(undefined, 'bare'), { body: 'one' });
    const baggage = propagation.createBaggage({ 'start.up': { value: 'yes' } });
    const around = propagation.setBaggage(trace.setSpanContext(context.active(), startUp), baggage);
    const seen: unknown[] = [];
    await context.with(around, async () =>
      testBed.consume(await testBed.connect(), 1, () => seen.push(activeBaggage('start.up'))),
    );

    assert.deepEqual(seen, [undefined]);
    const processed = (await testBed.processed())
      .toBeRoot()
      .toHaveAttributes({ [attribute.relation]: 'none' });
    assert.notEqual(processed.only.traceId, startUp.traceId);
    assert.equal(processed.only.attributes[attribute.journeyId], processed.only.traceId);
  },
};
