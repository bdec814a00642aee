import assert from 'node:assert/strict';
import { context, trace } from '@opentelemetry/api';
import { attribute } from '@waybill/core/adapter';
import type { Scenario } from '../scenario.ts';
import { activeBaggage, type TestBed } from '../test-bed.ts';

const unsampled = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', traceFlags: 0 };

export const ambientIsAChildOfTheActiveSpan: Scenario = {
  name: 'ambient: inside a span, a message is handled as its child, with a link to where it was sent, and with its own baggage',
  async play(testBed) {
    await send(testBed);
    const handled = await testBed.inSpan('invocation', () => handle(testBed));

    assert.deepEqual(handled.baggage, ['acme', undefined]);
    (await testBed.processed())
      .toBeChildOf(testBed.spans.named('invocation'))
      .toHaveLinks(1)
      .toLinkTo(testBed.sent(), { [attribute.linkTo]: 'creation' })
      .toHaveAttributes({ [attribute.relation]: 'ambient', [attribute.relationReason]: 'rule' })
      .toHaveAttributes({ [attribute.relationRule]: testBed.queue })
      .toHaveAttributes({ [attribute.journeyId]: testBed.sent().only.traceId });
  },
};

export const ambientWithoutASpanIsARootThatLinks: Scenario = {
  name: 'ambient: outside of any span, a message is handled in a root that links, with its own baggage',
  async play(testBed) {
    await send(testBed);
    const handled = await handle(testBed);

    assert.deepEqual(handled.baggage, ['acme', undefined]);
    (await testBed.processed())
      .toBeRoot()
      .toHaveLinks(1)
      .toLinkTo(testBed.sent(), { [attribute.linkTo]: 'creation' })
      .toHaveAttributes({ [attribute.relation]: 'link', [attribute.relationReason]: 'no-ambient' });
  },
};

export const ambientInAnUnsampledSpanIsUnsampled: Scenario = {
  name: 'ambient: inside a span that is not sampled, a message is handled unsampled in its trace, with its own baggage',
  async play(testBed) {
    await send(testBed);
    const around = trace.setSpanContext(context.active(), unsampled);
    const handled = await context.with(around, () => handle(testBed));

    assert.deepEqual(handled.baggage, ['acme', undefined]);
    assert.equal(handled.span?.traceId, unsampled.traceId);
    assert.equal(handled.span?.traceFlags, 0);
    testBed.spans.named(`process ${testBed.queue}`).toHaveCount(0);
  },
};

async function send(testBed: TestBed): Promise<void> {
  const sender = await testBed.connect();
  await testBed.withBaggage('tenant.id', 'acme', () => testBed.publish(sender, { body: 'one' }));
}

/** Handles the message with a client that is started here, with baggage of its own; gives what was active in the handler. */
async function handle(
  testBed: TestBed,
): Promise<{ baggage: unknown[]; span: ReturnType<typeof trace.getSpanContext> }> {
  const policy = { queues: { [testBed.queue]: { relation: 'ambient' } } } as const;
  const baggage: unknown[] = [];
  let span: ReturnType<typeof trace.getSpanContext>;
  await testBed.withBaggage('start.up', 'yes', async () =>
    testBed.consume(await testBed.connect(testBed.waybill({ policy })), 1, () => {
      baggage.push(activeBaggage('tenant.id'), activeBaggage('start.up'));
      span = trace.getSpanContext(context.active());
    }),
  );
  return { baggage, span };
}
