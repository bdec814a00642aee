import { describe, expect, it } from '@jest/globals';
import { context, SpanKind } from '@opentelemetry/api';
import { setUp } from '../../test/test-bed.ts';
import type { CommandCall } from '../seam/calls.ts';

describe('a command', () => {
  it('gives what the client gives, at once if the client does', async () => {
    const { instrumenter } = setUp();
    const answer = { ok: true };

    expect(instrumenter.command(pausing(() => answer))).toBe(answer);
    await expect(instrumenter.command(pausing(async () => answer))).resolves.toBe(answer);
  });

  it('is a child of the ambient span, and has no type of operation', async () => {
    const testBed = setUp();

    await testBed.within('clean-up', () => testBed.instrumenter.command(pausing(async () => undefined)));

    const span = testBed.span('pause orders');
    expect(span).toMatchObject({
      kind: SpanKind.CLIENT,
      ended: true,
      parentSpanContext: { spanId: testBed.span('clean-up').spanContext().spanId },
    });
    expect(span.attributes).toMatchObject({
      'messaging.system.name': 'fake',
      'messaging.operation.name': 'pause',
      'messaging.destination.name': 'orders',
    });
    expect(span.attributes).not.toHaveProperty('messaging.operation.type');
  });

  it('of a loop that was started in a span is outside of that span when it has ended', () => {
    const testBed = setUp();
    let pause = (): unknown => undefined;

    testBed.within('start-up', () => {
      pause = context.bind(context.active(), () => testBed.instrumenter.command(pausing(() => 'paused')));
    });

    expect(pause()).toBe('paused');
    expect(testBed.span('pause orders').parentSpanContext).toBeUndefined();
  });

  it.each<[string, (error: Error) => unknown]>([
    [
      'throws',
      (error) => {
        throw error;
      },
    ],
    ['rejects', (error) => Promise.reject(error)],
  ])('that %s has failed, in its span and in the metric', async (_title, fail) => {
    const testBed = setUp();
    const error = new RangeError('no such queue');

    await expect((async () => testBed.instrumenter.command(pausing(() => fail(error))))()).rejects.toBe(
      error,
    );

    expect(testBed.span('pause orders')).toMatchObject({ ended: true, status: { message: 'no such queue' } });
    const { points } = await testBed.metric('messaging.client.operation.duration');
    expect(points).toMatchObject([
      { attributes: { 'messaging.operation.name': 'pause', 'error.type': 'RangeError' } },
    ]);
  });

  it('has no span if the rule of its queue leaves spans out', () => {
    const testBed = setUp({ policy: { spans: false } });

    expect(testBed.instrumenter.command(pausing(() => 'paused'))).toBe('paused');
    expect(testBed.spans).toEqual([]);
  });

  it('without a queue has the name of the operation', () => {
    const testBed = setUp();

    testBed.instrumenter.command({
      ...pausing(() => undefined),
      queue: undefined,
    });

    expect(testBed.span('pause').attributes).not.toHaveProperty('messaging.destination.name');
  });
});

function pausing<R>(invoke: () => R): CommandCall<R> {
  return { operation: 'pause', queue: { destination: 'orders', queueKey: 'orders' }, invoke };
}
