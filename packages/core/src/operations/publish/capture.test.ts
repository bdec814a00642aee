import { expect, it } from '@jest/globals';
import { context, propagation } from '@opentelemetry/api';
import { FakeOutgoing, incoming, traceparent } from '../../../test/fake-messages.ts';
import { type Lab, setUp } from '../../../test/telemetry-lab.ts';
import { misuseDetectorOf } from '../../adapter.ts';

const now = 1_700_000_000_000;

it('what is captured is the active span, the time and the baggage', () => {
  const lab = setUp({ clock: () => now });
  const message = new FakeOutgoing();

  lab.within('ask', (span) => {
    const { traceId, spanId } = span.spanContext();
    const baggage = propagation.createBaggage({ 'tenant.id': { value: 'acme' } });
    context.with(propagation.setBaggage(context.active(), baggage), () => lab.instrumenter.capture(message));

    expect(message.carrier).toEqual({
      traceparent: traceparent(traceId, spanId),
      waybill: `1-${now}-${traceId}-${spanId}`,
      baggage: 'tenant.id=acme',
    });
  });
});

it('nothing is captured where no span is active', () => {
  const lab = setUp();
  const message = new FakeOutgoing();

  lab.instrumenter.capture(message);

  expect(message.carrier).toEqual({});
});

it('work that asks for itself again and again, each time from its own span, is found', () => {
  const lab = setUp({ policy: { relation: 'parent' } });
  const tick = (left: number): void => {
    const message = new FakeOutgoing({ destination: 'tick' });
    lab.instrumenter.capture(message);
    const { native, carrier: headers } = message;
    lab.instrumenter.process(
      { messages: [incoming({ native, headers, destination: 'tick' })], batch: false },
      () => {
        if (left > 0) tick(left - 1);
      },
    );
  };

  lab.within('start', () => tick(99));
  expect(diagnosticsOf(lab)).toEqual([]);
  lab.within('start', () => tick(100));
  expect(diagnosticsOf(lab)).toEqual(['growing-trace']);
});

function diagnosticsOf(lab: Lab): readonly string[] {
  return (lab.waybill[misuseDetectorOf]?.takeDiagnostics() ?? []).map(({ kind }) => kind);
}
