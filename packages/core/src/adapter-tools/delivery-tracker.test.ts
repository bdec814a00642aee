import { describe, expect, it, jest } from '@jest/globals';
import { createNoopMeter, SpanStatusCode } from '@opentelemetry/api';
import { incoming } from '../../test/fake-messages.ts';
import { setUp, type TestBed } from '../../test/test-bed.ts';
import { DeliveryTracker, type EndOn, type TrackedMessage } from './delivery-tracker.ts';

type Settlement = 'ack' | 'requeue';

function tracked(key: number, consumer = 'worker'): TrackedMessage<number, Settlement> {
  return {
    message: incoming({ destination: `m-${key}` }),
    key,
    consumer,
    outcomeOf: (settlement, failure) =>
      settlement === 'ack' ? undefined : failure === undefined ? 'deferred' : 'retry',
  };
}

function track(endOn: EndOn = 'auto'): { testBed: TestBed; tracker: DeliveryTracker<number, Settlement> } {
  const testBed = setUp();
  return { testBed, tracker: new DeliveryTracker(testBed.instrumenter, endOn) };
}

function ended(testBed: TestBed): readonly (readonly [name: string, outcome: unknown])[] {
  return testBed.spans
    .filter((span) => span.ended)
    .map(({ name, attributes }) => [name.slice('process '.length), attributes['waybill.message.outcome']]);
}

describe('a delivery', () => {
  it('ends when it is settled if its handler returns no promise', () => {
    const { testBed, tracker } = track();

    expect(tracker.run(tracked(1), () => 'handled')).toBe('handled');
    expect(ended(testBed)).toEqual([]);
    tracker.settle(1, 'requeue');
    tracker.settle(1, 'ack');

    expect(ended(testBed)).toEqual([['m-1', 'deferred']]);
  });

  it('ends when its promise settles, with the outcome that was reported first', async () => {
    const { testBed, tracker } = track();
    const { promise, resolve } = Promise.withResolvers<string>();

    const handled = tracker.run(tracked(1), () => promise);
    tracker.settle(1, 'requeue');
    tracker.settle(1, 'ack');
    expect(ended(testBed)).toEqual([]);
    resolve('handled');

    await expect(handled).resolves.toBe('handled');
    expect(ended(testBed)).toEqual([['m-1', 'deferred']]);
  });

  it.each<[EndOn, promised: string[], returned: string[]]>([
    ['auto', ['m-1'], []],
    ['handler', ['m-1'], ['m-1']],
    ['settlement', [], []],
  ])('that was not settled may end with its handler: %s', async (endOn, promised, returned) => {
    for (const [handler, expected] of [
      [async () => undefined, promised],
      [() => undefined, returned],
    ] as const) {
      const { testBed, tracker } = track(endOn);
      await tracker.run<unknown>(tracked(1), handler);

      expect(ended(testBed).map(([name]) => name)).toEqual(expected);
      tracker.settle(1, 'ack');
      expect(ended(testBed)).toEqual([['m-1', undefined]]);
    }
  });

  it('fails with what its settlement says, unless its handler failed with something else', () => {
    const { testBed, tracker } = track();
    const failure = { error: new RangeError('no stock') };

    tracker.run(tracked(1), () => undefined);
    tracker.settle(1, 'requeue', failure);
    tracker.run(tracked(2), () => tracker.settle(2, 'requeue', failure));
    expect(() =>
      tracker.run(tracked(3), () => {
        tracker.settle(3, 'requeue', failure);
        throw new TypeError('no handler');
      }),
    ).toThrow('no handler');

    expect(
      testBed.spans.map(({ name, attributes, status }) => [name, attributes['error.type'], status.message]),
    ).toEqual([
      ['process m-1', 'RangeError', 'no stock'],
      ['process m-2', 'RangeError', 'no stock'],
      ['process m-3', 'TypeError', 'no handler'],
    ]);
    expect(ended(testBed).map(([, outcome]) => outcome)).toEqual(['retry', 'retry', 'retry']);
  });

  it('ends while its handler runs if only settlements count', () => {
    const { testBed, tracker } = track('settlement');

    tracker.run(tracked(1), () => {
      tracker.settle(1, 'ack');
      expect(ended(testBed)).toEqual([['m-1', undefined]]);
    });
  });

  it("ends with its handler's error, whatever else happens", async () => {
    const error = new RangeError('no stock');
    for (const endOn of ['auto', 'handler', 'settlement'] as const) {
      const { testBed, tracker } = track(endOn);

      await expect(tracker.run(tracked(1), () => Promise.reject(error))).rejects.toBe(error);

      expect(testBed.span('process m-1')).toMatchObject({
        ended: true,
        status: { code: SpanStatusCode.ERROR },
      });
    }
  });

  it('ends if middleware does not call its handler', () => {
    const { testBed, tracker } = track();
    testBed.waybill.use({ consume: () => undefined });

    tracker.run(tracked(1), () => 'handled');

    expect(ended(testBed)).toHaveLength(1);
  });
});

describe('deliveries', () => {
  it('are settled up to a key, or all at once', () => {
    const { testBed, tracker } = track();
    for (const key of [1, 2, 3, 4]) tracker.run(tracked(key), () => undefined);

    tracker.settleUpTo(2, 'ack');
    expect(ended(testBed).map(([name]) => name)).toEqual(['m-1', 'm-2']);
    tracker.settleUpTo(Number.POSITIVE_INFINITY, 'requeue');

    expect(ended(testBed)).toEqual([
      ['m-1', undefined],
      ['m-2', undefined],
      ['m-3', 'deferred'],
      ['m-4', 'deferred'],
    ]);
  });

  it('of a cancelled consumer end unsettled, except those whose handlers run', async () => {
    const { testBed, tracker } = track();
    const { promise, resolve } = Promise.withResolvers<void>();
    tracker.run(tracked(1), () => undefined);
    tracker.run(tracked(2, 'other'), () => undefined);
    const handled = tracker.run(tracked(3), () => promise);

    tracker.endOf('worker');
    expect(ended(testBed)).toEqual([['m-1', 'unsettled']]);
    resolve();
    await handled;

    expect(ended(testBed)).toEqual([
      ['m-1', 'unsettled'],
      ['m-3', undefined],
    ]);
  });

  it('of a closed channel end unsettled, except those that were settled and wait for their handlers', async () => {
    const { testBed, tracker } = track();
    const { promise, resolve } = Promise.withResolvers<void>();
    const settled = tracker.run(tracked(1), () => promise);
    const open = tracker.run(tracked(2), () => promise);
    tracker.settle(1, 'requeue');

    tracker.endAll();
    expect(ended(testBed)).toEqual([['m-2', 'unsettled']]);
    resolve();
    await Promise.all([settled, open]);

    expect(ended(testBed)).toEqual([
      ['m-1', 'deferred'],
      ['m-2', 'unsettled'],
    ]);
  });

  it('are not tracked if no span and no metric needs their end', () => {
    const testBed = setUp({
      tracerProvider: { getTracer: () => ({ startSpan: fail, startActiveSpan: fail }) },
      meterProvider: { getMeter: createNoopMeter },
    });
    const tracker = new DeliveryTracker<number, Settlement>(testBed.instrumenter, 'auto');
    const outcomeOf = jest.fn(() => undefined);

    tracker.run({ ...tracked(1), outcomeOf }, () => undefined);
    tracker.settle(1, 'requeue');

    expect(outcomeOf).not.toHaveBeenCalled();
  });
});

function fail(): never {
  throw new Error('broken');
}

describe('the next delivery of a message', () => {
  it.each<[string, number, (tracker: DeliveryTracker<number, Settlement>) => void]>([
    ['was acknowledged', 0, (tracker) => tracker.settle(1, 'ack')],
    ['was given back', 1, (tracker) => tracker.settle(1, 'requeue')],
    ['was lost with its channel', 1, (tracker) => tracker.endAll()],
    ['was lost with its consumer', 1, (tracker) => tracker.endOf('worker')],
  ])('of one that %s links to it: %s', (_end, links, end) => {
    const { testBed, tracker } = track();
    const deliver = (key: number): unknown => tracker.run(again(key), () => undefined);

    deliver(1);
    end(tracker);
    deliver(2);

    expect(testBed.spans[1]?.links).toHaveLength(links);
  });

  it('links to one that was given back by a handler that still runs', () => {
    const { testBed, tracker } = track();

    tracker.run(again(1), () => new Promise(() => undefined));
    tracker.settle(1, 'requeue');
    tracker.run(again(2), () => undefined);

    expect(testBed.spans[1]?.links).toHaveLength(1);
    expect(testBed.spans[1]?.attributes['waybill.message.attempt']).toBe(2);
  });

  it('links to one whose handler failed, or was done without a settlement', () => {
    const { testBed, tracker } = track('handler');

    tracker.run(again(1), () => undefined);
    expect(() => tracker.run(again(2), fail)).toThrow('broken');
    tracker.run(again(3), () => undefined);

    expect(testBed.spans.map(({ links }) => links.length)).toEqual([0, 1, 1]);
  });
});

/** The same message, delivered again. */
function again(key: number): TrackedMessage<number, Settlement> {
  return { ...tracked(key), message: incoming({ identity: 'm' }) };
}
