import { expect, it } from '@jest/globals';
import { context, propagation } from '@opentelemetry/api';
import { FakeOutgoing, incoming, traceparent } from '../../../test/fake-messages.ts';
import { setUp, type TestBed } from '../../../test/test-bed.ts';
import { misuseDetectorOf } from '../../adapter.ts';

const now = 1_700_000_000_000;

it('a capture has the active span, the time and the baggage', () => {
  const testBed = setUp({ clock: () => now });
  const message = new FakeOutgoing();

  testBed.within('ask', (span) => {
    const { traceId, spanId } = span.spanContext();
    const baggage = propagation.createBaggage({ 'tenant.id': { value: 'acme' } });
    context.with(propagation.setBaggage(context.active(), baggage), () =>
      testBed.instrumenter.capture(message),
    );

    expect(message.carrier).toEqual({
      traceparent: traceparent(traceId, spanId),
      waybill: `1-${now}-${traceId}-${spanId}`,
      baggage: 'tenant.id=acme',
    });
  });
});

it('a capture is empty without an active span', () => {
  const testBed = setUp();
  const message = new FakeOutgoing();

  testBed.instrumenter.capture(message);

  expect(message.carrier).toEqual({});
});

it('work that reschedules itself inside its own span is reported', () => {
  const testBed = setUp({ policy: { relation: 'parent' } });
  const tick = (left: number): void => {
    const message = new FakeOutgoing({ destination: 'tick' });
    testBed.instrumenter.capture(message);
    const { native, carrier: headers } = message;
    testBed.instrumenter.process(
      { messages: [incoming({ native, headers, destination: 'tick' })], batch: false },
      () => {
        if (left > 0) tick(left - 1);
      },
    );
  };

  testBed.within('start', () => tick(99));
  expect(diagnosticsOf(testBed)).toEqual([]);
  testBed.within('start', () => tick(100));
  expect(diagnosticsOf(testBed)).toEqual(['WAYBILL_GROWING_TRACE']);
});

function diagnosticsOf(testBed: TestBed): readonly string[] {
  return (testBed.waybill[misuseDetectorOf]?.takeDiagnostics() ?? []).map(({ code }) => code);
}
