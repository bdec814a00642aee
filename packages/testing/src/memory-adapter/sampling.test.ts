import { expect, it } from '@jest/globals';
import { trace } from '@opentelemetry/api';
import { AlwaysOffSampler, ParentBasedSampler } from '@opentelemetry/sdk-trace';
import { tracedBroker, withBaggage } from '../../test/traced-broker.ts';

it('a trace that is sampled off stays off, and its context and baggage travel', async () => {
  const { broker, spans } = tracedBroker({
    sampler: new ParentBasedSampler({ root: new AlwaysOffSampler() }),
  });
  const seen: unknown[] = [];
  broker.subscribe('orders', ({ headers }) => {
    const { traceId, traceFlags } = trace.getActiveSpan()?.spanContext() ?? {};
    seen.push([headers, { traceId, traceFlags }]);
  });
  await withBaggage({ tenant: 'acme' }, () => broker.publish('orders', { body: 1 }));
  await broker.idle();

  expect(seen).toEqual([
    [
      {
        traceparent: expect.stringMatching(/^00-[0-9a-f]{32}-[0-9a-f]{16}-00$/),
        waybill: expect.any(String),
        baggage: 'tenant=acme',
      },
      { traceId: expect.any(String), traceFlags: 0 },
    ],
  ]);
  const [[headers, inside]] = seen as [[{ traceparent: string }, { traceId: string }]];
  expect(headers.traceparent).toContain(inside.traceId);
  spans.each.toHaveCount(0);
});
