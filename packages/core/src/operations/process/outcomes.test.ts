import { describe, expect, it } from '@jest/globals';
import { type Span, SpanStatusCode, trace } from '@opentelemetry/api';
import { incoming } from '../../../test/fake-messages.ts';
import { setUp, type TestBed } from '../../../test/test-bed.ts';
import type { HandlingOutcome } from '../../seam/delivery.ts';
import { noteFailure } from '../../spans/noted-failures.ts';

const error = new TypeError('broken');

describe('a handler that fails', () => {
  it.each(['retry', 'failed'] as const)('is an error if the outcome of the message is: %s', (outcome) => {
    const testBed = setUp();

    expect(() => fail(testBed, () => outcome)).toThrow(error);

    const span = testBed.span('process orders');
    expect(span.attributes).toMatchObject({ 'waybill.message.outcome': outcome, 'error.type': 'TypeError' });
    expect([span.status.code, span.events.map(({ name }) => name)]).toEqual([
      SpanStatusCode.ERROR,
      ['exception'],
    ]);
  });

  it('is no error on the span and in the metrics if it put the message back', async () => {
    const testBed = setUp();

    expect(() => fail(testBed, () => 'deferred')).toThrow(error);

    const span = testBed.span('process orders');
    expect(span.attributes).toMatchObject({ 'waybill.message.outcome': 'deferred' });
    expect(span.attributes).not.toHaveProperty('error.type');
    expect([span.status.code, span.events]).toEqual([SpanStatusCode.UNSET, []]);
    const { points } = await testBed.metric('messaging.process.duration');
    expect(points.map(({ attributes }) => attributes['error.type'])).toEqual([undefined]);
  });

  it('is an error if the outcome is unknown or the adapter fails to report it', () => {
    const testBed = setUp();

    expect(() => fail(testBed, () => undefined)).toThrow(error);
    expect(testBed.span('process orders').attributes).not.toHaveProperty('waybill.message.outcome');

    const other = setUp();
    expect(() =>
      fail(other, () => {
        throw new Error('no idea');
      }),
    ).toThrow(error);
    expect(other.span('process orders')).toMatchObject({
      ended: true,
      attributes: { 'error.type': 'TypeError' },
    });
  });
});

describe('a delivery that its adapter ends', () => {
  it.each([undefined, 'deferred', 'unsettled'] as const)(
    'says what becomes of it, and %s is no failure',
    (outcome) => {
      const { status, attributes } = ended(outcome).span('process orders');

      expect([status.code, attributes['waybill.message.outcome']]).toEqual([0, outcome]);
    },
  );

  it.each(['failed', 'dead-lettered'] as const)(
    'has failed if it %s, also to the metrics',
    async (outcome) => {
      const testBed = ended(outcome);

      expect(testBed.span('process orders')).toMatchObject({
        status: { code: 2, message: 'rejected' },
        attributes: { 'waybill.message.outcome': outcome, 'error.type': 'rejected' },
        events: [],
      });
      expect((await testBed.metric('messaging.process.duration')).points).toMatchObject([
        { attributes: { 'error.type': 'rejected' } },
      ]);
    },
  );

  it.each([
    ['dead-lettered', 'RangeError'],
    ['retry', 'RangeError'],
    ['deferred', undefined],
  ] as const)('keeps the error of its handler when it is %s: %s', (outcome, type) => {
    const { attributes } = ended(outcome, { error: new RangeError('no stock') }).span('process orders');

    expect([attributes['waybill.message.outcome'], attributes['error.type']]).toEqual([outcome, type]);
  });
});

function fail(testBed: TestBed, outcomeOf: () => HandlingOutcome | undefined): void {
  testBed.instrumenter.process({ messages: [incoming()], batch: false, outcomeOf }, () => {
    throw error;
  });
}

function ended(outcome: HandlingOutcome | undefined, failure?: { readonly error: unknown }): TestBed {
  const testBed = setUp();
  testBed.instrumenter
    .open({
      messages: [incoming()],
      batch: false,
      outcomeOf(failed) {
        expect(failed).toBe(failure);
        return outcome;
      },
    })
    .end(failure);
  return testBed;
}

describe('a failure that was noted, of a handler that a framework caught', () => {
  it('is that of the message: on its span, in its duration, and for its outcome', async () => {
    const testBed = setUp();
    const outcomeOf = (failure: object | undefined): HandlingOutcome => (failure ? 'retry' : 'deferred');

    const result = testBed.instrumenter.process({ messages: [incoming()], batch: false, outcomeOf }, () => {
      const span = trace.getActiveSpan() as Span;
      noteFailure(span, error);
      noteFailure(span, new Error('made from it'));
      return 'caught';
    });

    expect(result).toBe('caught');
    const span = testBed.span('process orders');
    expect(span.attributes).toMatchObject({ 'waybill.message.outcome': 'retry', 'error.type': 'TypeError' });
    expect([span.status, span.events.length]).toEqual([{ code: SpanStatusCode.ERROR, message: 'broken' }, 1]);
    const { points } = await testBed.metric('messaging.process.duration');
    expect(points.map(({ attributes }) => attributes['error.type'])).toEqual(['TypeError']);
  });

  it('goes before what the client sees of it', () => {
    const testBed = setUp();

    expect(() =>
      testBed.instrumenter.process({ messages: [incoming()], batch: false }, () => {
        noteFailure(trace.getActiveSpan() as Span, error);
        throw new Error('Internal server error');
      }),
    ).toThrow('Internal server error');

    expect(testBed.span('process orders').status.message).toBe('broken');
  });
});
