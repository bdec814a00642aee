import { describe, expect, it } from '@jest/globals';
import { SpanStatusCode } from '@opentelemetry/api';
import { incoming } from '../../../test/fake-messages.ts';
import { setUp, type TestBed } from '../../../test/test-bed.ts';
import type { HandlingOutcome } from '../../seam/delivery.ts';

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
