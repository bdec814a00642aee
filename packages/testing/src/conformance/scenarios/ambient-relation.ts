import assert from 'node:assert/strict';
import { context, trace } from '@opentelemetry/api';
import { attribute } from '@waybill/core/adapter';
import { activeBaggage, type Lab } from '../lab.ts';
import type { Scenario } from '../scenario.ts';

const unsampled = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', traceFlags: 0 };

export const ambientIsAChildOfTheActiveSpan: Scenario = {
  name: 'ambient: inside a span, a message is handled as its child, with a link to where it was sent, and with its own baggage',
  async play(lab) {
    await send(lab);
    const handled = await lab.inSpan('invocation', () => handle(lab));

    assert.deepEqual(handled.baggage, ['acme', undefined]);
    (await lab.processed())
      .toBeChildOf(lab.spans.named('invocation'))
      .toHaveLinks(1)
      .toLinkTo(lab.sent(), { [attribute.linkTo]: 'creation' })
      .toHaveAttributes({ [attribute.relation]: 'ambient', [attribute.relationReason]: 'rule' })
      .toHaveAttributes({ [attribute.relationRule]: lab.queue })
      .toHaveAttributes({ [attribute.journeyId]: lab.sent().only.traceId });
  },
};

export const ambientWithoutASpanIsARootThatLinks: Scenario = {
  name: 'ambient: outside of any span, a message is handled in a root that links, with its own baggage',
  async play(lab) {
    await send(lab);
    const handled = await handle(lab);

    assert.deepEqual(handled.baggage, ['acme', undefined]);
    (await lab.processed())
      .toBeRoot()
      .toHaveLinks(1)
      .toLinkTo(lab.sent(), { [attribute.linkTo]: 'creation' })
      .toHaveAttributes({ [attribute.relation]: 'link', [attribute.relationReason]: 'no-ambient' });
  },
};

export const ambientInAnUnsampledSpanIsUnsampled: Scenario = {
  name: 'ambient: inside a span that is not sampled, a message is handled unsampled in its trace, with its own baggage',
  async play(lab) {
    await send(lab);
    const around = trace.setSpanContext(context.active(), unsampled);
    const handled = await context.with(around, () => handle(lab));

    assert.deepEqual(handled.baggage, ['acme', undefined]);
    assert.equal(handled.span?.traceId, unsampled.traceId);
    assert.equal(handled.span?.traceFlags, 0);
    lab.spans.named(`process ${lab.queue}`).toHaveCount(0);
  },
};

async function send(lab: Lab): Promise<void> {
  const sender = await lab.connect();
  await lab.withBaggage('tenant.id', 'acme', () => lab.publish(sender, { body: 'one' }));
}

/** Handles the message with a client that is started here, with baggage of its own; gives what was active in the handler. */
async function handle(
  lab: Lab,
): Promise<{ baggage: unknown[]; span: ReturnType<typeof trace.getSpanContext> }> {
  const policy = { queues: { [lab.queue]: { relation: 'ambient' } } } as const;
  const baggage: unknown[] = [];
  let span: ReturnType<typeof trace.getSpanContext>;
  await lab.withBaggage('start.up', 'yes', async () =>
    lab.consume(await lab.connect(lab.waybill({ policy })), 1, () => {
      baggage.push(activeBaggage('tenant.id'), activeBaggage('start.up'));
      span = trace.getSpanContext(context.active());
    }),
  );
  return { baggage, span };
}
