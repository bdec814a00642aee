import { describe, expect, it } from '@jest/globals';
import { context, type SpanContext, SpanKind, trace } from '@opentelemetry/api';
import { incoming, traceparent, waybillHeader } from '../../test/fake-messages.ts';
import { setUp, type TestBed } from '../../test/test-bed.ts';
import type { SettleCall } from '../seam/calls.ts';

const journey = 'f'.repeat(32);

describe('settling', () => {
  it('gives what the client gives, at once if the client does', async () => {
    const testBed = setUp();
    const answer = { ok: true };

    expect(testBed.instrumenter.settle(settling(['r-1'], { invoke: () => answer }))).toBe(answer);
    await expect(
      testBed.instrumenter.settle(settling(['r-1'], { invoke: async () => answer })),
    ).resolves.toBe(answer);
  });

  it('is a child of the span that handled the message if no span is active', () => {
    const testBed = setUp();
    const processed = handled(testBed, 'r-1');

    testBed.instrumenter.settle(settling(['r-1']));

    const span = testBed.span('delete orders');
    expect(span).toMatchObject({ kind: SpanKind.CLIENT, links: [], ended: true });
    expect(span.parentSpanContext).toEqual(processed);
    expect(span.attributes).toMatchObject({
      'messaging.operation.name': 'delete',
      'messaging.operation.type': 'settle',
      'messaging.destination.name': 'orders',
      'waybill.journey.id': journey,
    });
    expect(span.attributes).not.toHaveProperty('messaging.batch.message_count');
  });

  it('is a child of the handler that is running, without a link to it', () => {
    const testBed = setUp();
    const message = incoming({ receipt: 'r-1', headers: { traceparent: traceparent() } });

    testBed.instrumenter.process({ messages: [message], batch: false }, () =>
      testBed.instrumenter.settle(settling(['r-1'])),
    );

    expect(testBed.span('delete orders')).toMatchObject({
      parentSpanContext: { spanId: testBed.span('process orders').spanContext().spanId },
      links: [],
    });
  });

  it('is a child of the ambient span, and links to the span that handled the message', () => {
    const testBed = setUp();
    const processed = handled(testBed, 'r-1');

    testBed.within('clean-up', () => testBed.instrumenter.settle(settling(['r-1'])));

    expect(testBed.span('delete orders')).toMatchObject({
      parentSpanContext: { spanId: testBed.span('clean-up').spanContext().spanId },
      links: [{ context: { spanId: processed.spanId }, attributes: { 'waybill.link.to': 'processing' } }],
    });
  });

  it('is a child of the span that handled the message if the active span has ended', () => {
    const testBed = setUp();
    const processed = handled(testBed, 'r-1');
    const around = testBed.within('start-up', () => context.active());

    context.with(around, () => testBed.instrumenter.settle(settling(['r-1'])));
    context.with(around, () => testBed.instrumenter.settle(settling(['unknown'])));

    const [known, unknown] = testBed.spans.filter(({ name }) => name === 'delete orders');
    expect(known?.parentSpanContext).toEqual(processed);
    expect(unknown?.parentSpanContext).toBeUndefined();
  });

  it('does not continue the journey of a handler that has ended', () => {
    const testBed = setUp();
    const headers = { traceparent: traceparent('a'.repeat(32)) };
    const around = testBed.instrumenter.process({ messages: [incoming({ headers })], batch: false }, () =>
      context.active(),
    );

    context.with(around, () => testBed.instrumenter.settle(settling(['unknown'])));

    const span = testBed.span('delete orders');
    expect(span.attributes['waybill.journey.id']).toBe(span.spanContext().traceId);
  });

  it('stays in the trace of an active span that is not sampled', () => {
    const testBed = setUp();
    handled(testBed, 'r-1');
    const handlings = testBed.spans.length;
    const unsampled = { traceId: '7'.repeat(32), spanId: '7'.repeat(16), traceFlags: 0 };

    let active: SpanContext | undefined;
    const invoke = (): void => {
      active = trace.getActiveSpan()?.spanContext();
    };

    context.with(trace.setSpanContext(context.active(), unsampled), () =>
      testBed.instrumenter.settle(settling(['r-1'], { invoke })),
    );

    expect(active?.traceId).toBe(unsampled.traceId);
    expect(testBed.spans).toHaveLength(handlings);
  });

  it('of a batch is a root that links to every known handling', () => {
    const testBed = setUp();
    const spans = ['r-1', 'r-2'].map((receipt) => handled(testBed, receipt).spanId);

    testBed.instrumenter.settle(settling(['r-1', 'unknown', 'r-2'], { batch: true }));

    const span = testBed.span('delete orders');
    expect(span.parentSpanContext).toBeUndefined();
    expect(span.links.map((link) => link.context.spanId)).toEqual(spans);
    expect(span.attributes['messaging.batch.message_count']).toBe(3);
  });

  it.each<[string, unknown]>([
    ['a number', 7],
    ['an object', { deliveryTag: 1 }],
    ['text as long as that of SQS', 'x'.repeat(1_024)],
  ])('finds the span that handled the message by a receipt that is %s', (_what, receipt) => {
    const testBed = setUp();
    const processed = handled(testBed, receipt);

    testBed.instrumenter.settle(settling([receipt]));

    expect(testBed.span('delete orders').parentSpanContext).toEqual(processed);
  });

  it('is a root if thousands of other messages were handled meanwhile', () => {
    const testBed = setUp();
    for (let index = 0; index < 3_000; index++) handled(testBed, `r-${index}`);

    testBed.instrumenter.settle(settling(['r-0']));

    expect(testBed.span('delete orders').parentSpanContext).toBeUndefined();
  });

  it.each<[string, unknown, unknown]>([
    ['has another receipt', 'r-1', 'r-2'],
    ['has an equal object as its receipt', { deliveryTag: 1 }, { deliveryTag: 1 }],
    ['has no receipt', undefined, undefined],
    ['has a receipt of more than 2,048 characters', 'x'.repeat(2_049), 'x'.repeat(2_049)],
  ])('of a message that %s is a root', (_what, receipt, settled) => {
    const testBed = setUp();
    handled(testBed, receipt);

    testBed.instrumenter.settle(settling([settled]));

    expect(testBed.span('delete orders')).toMatchObject({ parentSpanContext: undefined, links: [] });
  });

  it('runs the call inside its span, and leaves the context as it was', () => {
    const testBed = setUp();
    const before = context.active();

    const inside = testBed.instrumenter.settle(settling(['r-1'], { invoke: () => trace.getActiveSpan() }));

    expect(inside).toBe(testBed.span('delete orders'));
    expect(context.active()).toBe(before);
  });

  it('that fails has a failed span, and its caller gets the same error', async () => {
    const testBed = setUp();
    const error = new RangeError('receipt is gone');

    await expect(
      testBed.instrumenter.settle(settling(['r-1'], { invoke: () => Promise.reject(error) })),
    ).rejects.toBe(error);
    expect(() =>
      testBed.instrumenter.settle(
        settling(['r-1'], {
          operation: 'ack',
          invoke: () => {
            throw error;
          },
        }),
      ),
    ).toThrow(error);

    for (const name of ['delete orders', 'ack orders']) {
      expect(testBed.span(name)).toMatchObject({
        ended: true,
        status: { code: 2, message: 'receipt is gone' },
        attributes: { 'error.type': 'RangeError' },
      });
    }
  });

  it('fails if the answer reports a failed message', async () => {
    const testBed = setUp();
    const failure = Object.assign(new Error('expired'), { name: 'ReceiptHandleIsInvalid' });

    await testBed.instrumenter.settle(
      settling(['r-1', 'r-2'], { batch: true, invoke: async () => 'answer', failures: () => [failure] }),
    );

    expect(testBed.span('delete orders')).toMatchObject({
      status: { code: 2, message: 'expired' },
      attributes: { 'error.type': 'ReceiptHandleIsInvalid' },
    });
    expect((await testBed.metric('messaging.client.operation.duration')).points).toMatchObject([
      { attributes: { 'error.type': 'ReceiptHandleIsInvalid' }, value: { count: 1 } },
    ]);
  });

  it('passes a call without messages straight through', async () => {
    const testBed = setUp();

    expect(testBed.instrumenter.settle(settling([], { batch: true, invoke: () => 'nothing settled' }))).toBe(
      'nothing settled',
    );
    expect(testBed.spans).toEqual([]);
    expect((await testBed.metric('messaging.client.operation.duration')).points).toEqual([]);
  });

  it('sets the attributes that the adapter gives for the call', () => {
    const testBed = setUp();

    testBed.instrumenter.settle(
      settling(['r-1'], {
        describe(attributes) {
          attributes['fake.url'] = 'http://orders';
        },
      }),
    );

    expect(testBed.span('delete orders').attributes['fake.url']).toBe('http://orders');
  });
});

/** Handles a message late, and tells by which span. */
function handled(testBed: TestBed, receipt: unknown): { readonly traceId: string; readonly spanId: string } {
  const headers = { traceparent: traceparent(), waybill: waybillHeader(1, { journey }) };
  const before = testBed.spans.length;
  testBed.instrumenter.process({ messages: [incoming({ receipt, headers })], batch: false }, () => undefined);
  const span = testBed.spans[before];
  if (span === undefined) throw new Error('Nothing was handled.');
  return span.spanContext();
}

function settling<R = void>(receipts: readonly unknown[], call: Partial<SettleCall<R>> = {}): SettleCall<R> {
  return {
    operation: 'delete',
    destination: 'orders',
    queueKey: 'orders',
    receipts,
    batch: false,
    invoke: () => undefined as R,
    ...call,
  };
}
