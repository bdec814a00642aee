import { describe, expect, it, jest } from '@jest/globals';
import {
  type Attributes,
  createTraceState,
  type Link,
  ROOT_CONTEXT,
  SpanKind,
  trace,
} from '@opentelemetry/api';
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import * as line2 from '@opentelemetry/sdk-trace-base';
import { createWaybill } from '@waybill/core';
import { MemoryBroker, recordSpans, traceMemoryBroker } from '@waybill/testing';
import { type Sampler, sampleLinked } from './index.ts';

/** Trace ids that are random and the same in every run. */
function traceIds(seed: number): () => string {
  let state = seed;
  const next = (): string => {
    state = (state + 0x9e3779b9) >>> 0;
    let mixed = state;
    mixed = Math.imul(mixed ^ (mixed >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return ((mixed ^ (mixed >>> 15)) >>> 0).toString(16).padStart(8, '0');
  };
  return () => next() + next() + next() + next();
}

interface Root {
  readonly traceId: string;
  readonly kept: boolean;
  readonly traceState: ReturnType<typeof createTraceState> | undefined;
}

function root(sampler: Sampler, traceId: string, links: Link[] = [], attributes: Attributes = {}): Root {
  const result = sampler.shouldSample(
    ROOT_CONTEXT,
    traceId,
    'process orders',
    SpanKind.CONSUMER,
    attributes,
    links,
  );
  return { traceId, kept: result.decision === 2, traceState: result.traceState };
}

function linkTo(producer: Root, journeyId: string | undefined, attributes: Attributes = {}): Link {
  return {
    context: {
      traceId: producer.traceId,
      spanId: 'b'.repeat(16),
      traceFlags: producer.kept ? 1 : 0,
      ...(producer.traceState && { traceState: producer.traceState }),
    },
    attributes: { 'waybill.link.to': 'creation', 'waybill.journey.id': journeyId, ...attributes },
  };
}

const share = (flags: readonly boolean[]): number => flags.filter(Boolean).length / flags.length;
const count = 20_000;

describe.each([
  ['2.x', (ratio: number): Sampler => new line2.TraceIdRatioBasedSampler(ratio)],
  ['3.x', (ratio: number): Sampler => new TraceIdRatioBasedSampler(ratio)],
])('journeys of a sampler of the %s line', (_line, ratio) => {
  it('are kept with their producers, and no more of them than without', () => {
    const id = traceIds(1);
    const [sampler, linked] = [ratio(0.1), sampleLinked(ratio(0.1))];
    const producers = Array.from({ length: count }, () => root(sampler, id()));
    const consumers = producers.map((producer) => root(linked, id(), [linkTo(producer, producer.traceId)]));

    expect(consumers.map(({ kept }) => kept)).toEqual(producers.map(({ kept }) => kept));
    expect(share(consumers.map(({ kept }) => kept))).toBeCloseTo(0.1, 2);
    // χ² with one degree of freedom: below 10.83 in all but one of a thousand.
    const kept = consumers.filter((consumer) => consumer.kept).length;
    expect((kept - count * 0.1) ** 2 / (count * 0.1 * 0.9)).toBeLessThan(10.83);
  });

  it('are whole or absent over a chain of four traces', () => {
    const id = traceIds(2);
    const [sampler, linked] = [ratio(0.1), sampleLinked(ratio(0.1))];
    for (let journey = 0; journey < count / 4; journey++) {
      const first = root(sampler, id());
      let last = first;
      for (let hop = 0; hop < 3; hop++) {
        last = root(linked, id(), [linkTo(last, first.traceId)]);
        expect(last.kept).toBe(first.kept);
      }
    }
  });

  it('lie inside each other where the rates differ', () => {
    const id = traceIds(3);
    const [sampler, linked] = [ratio(0.1), sampleLinked(ratio(0.5))];
    const pairs = Array.from({ length: count }, () => {
      const producer = root(sampler, id());
      return { producer, consumer: root(linked, id(), [linkTo(producer, producer.traceId)]) };
    });

    expect(pairs.filter(({ producer, consumer }) => producer.kept && !consumer.kept)).toEqual([]);
    expect(share(pairs.map(({ consumer }) => consumer.kept))).toBeCloseTo(0.5, 1);
  });

  it('are kept apart by an ordinary sampler, which is what is mended', () => {
    const id = traceIds(4);
    const sampler = ratio(0.1);
    const producers = Array.from({ length: count }, () => root(sampler, id()));
    const kept = producers.filter((producer) => producer.kept);

    expect(
      share(kept.map((producer) => root(sampler, id(), [linkTo(producer, producer.traceId)]).kept)),
    ).toBeLessThan(0.15);
  });
});

describe('a root that links to a message', () => {
  const producer: Root = { traceId: '1'.repeat(32), kept: true, traceState: undefined };

  /** Tells the trace id that the sampler is asked about. */
  function askedAbout(links: Link[], context = ROOT_CONTEXT): { traceId: string; rv: string | undefined } {
    let asked = '';
    const inner: Sampler = {
      shouldSample(_context, traceId) {
        asked = traceId;
        return { decision: 0 };
      },
    };
    const { traceState } = sampleLinked(inner).shouldSample(
      context,
      'c'.repeat(32),
      'n',
      SpanKind.CONSUMER,
      {},
      links,
    );
    return { traceId: asked, rv: traceState?.get('ot') };
  }

  it('takes over the bits of the linked trace where no journey is named, and passes them on', () => {
    expect(askedAbout([linkTo(producer, undefined)])).toEqual({
      traceId: producer.traceId,
      rv: `rv:${'1'.repeat(14)}`,
    });
  });

  it('takes over the explicit bits of the linked trace', () => {
    const traceState = createTraceState('ot=th:8;rv:0123456789abcd,vendor=x');
    expect(askedAbout([linkTo({ ...producer, traceState }, undefined)])).toEqual({
      traceId: `${'1'.repeat(18)}0123456789abcd`,
      rv: 'rv:0123456789abcd',
    });
  });

  it('of a batch takes over those of the first message of a trusted sender', () => {
    const first = linkTo({ ...producer, traceId: 'a'.repeat(32) }, undefined, {
      'waybill.link.untrusted': true,
    });
    const second = linkTo({ ...producer, traceId: 'd'.repeat(32) }, undefined);
    expect(askedAbout([first, second, linkTo(producer, undefined)]).traceId).toBe('d'.repeat(32));
  });

  it.each<[string, Link[]]>([
    ['there is no link', []],
    ['the sender is not trusted', [linkTo(producer, undefined, { 'waybill.link.untrusted': true })]],
    [
      'the link leads to an earlier attempt',
      [linkTo(producer, undefined, { 'waybill.link.to': 'previous-attempt' })],
    ],
    ['the link is not ours', [{ context: linkTo(producer, undefined).context }]],
    ['the link leads nowhere', [linkTo({ ...producer, traceId: '0'.repeat(32) }, undefined)]],
  ])('is left to the sampler where %s', (_title, links) => {
    expect(askedAbout(links)).toEqual({ traceId: 'c'.repeat(32), rv: undefined });
  });

  it('is left to the sampler where it has a parent', () => {
    const parent = trace.setSpanContext(ROOT_CONTEXT, {
      traceId: 'c'.repeat(32),
      spanId: 'd'.repeat(16),
      traceFlags: 1,
    });
    expect(askedAbout([linkTo(producer, undefined)], parent).traceId).toBe('c'.repeat(32));
  });

  it('keeps the explicit bits that the sampler gave it', () => {
    const inner: Sampler = {
      shouldSample: () => ({ decision: 2, traceState: createTraceState('ot=rv:ffffffffffffff') }),
    };
    const { traceState } = root(sampleLinked(inner), 'c'.repeat(32), [linkTo(producer, undefined)]);
    expect(traceState?.get('ot')).toBe('rv:ffffffffffffff');
  });

  it('adds its bits to what the sampler wrote', () => {
    const inner: Sampler = { shouldSample: () => ({ decision: 2, traceState: createTraceState('ot=th:8') }) };
    const { traceState } = root(sampleLinked(inner), 'c'.repeat(32), [linkTo(producer, undefined)]);
    expect(traceState?.get('ot')).toBe(`th:8;rv:${'1'.repeat(14)}`);
  });
});

describe('following the flag', () => {
  const sampled: Root = { traceId: '1'.repeat(32), kept: true, traceState: undefined };
  const follow = (links: Link[], destination: string, sampler: Sampler): boolean =>
    root(sampler, 'c'.repeat(32), links, { 'messaging.destination.name': destination }).kept;

  it('keeps what links to a sampled trace, for each destination as many a second as it may', () => {
    jest.useFakeTimers();
    try {
      const sampler = sampleLinked(new AlwaysOffSampler(), { follow: 'flag', perSecond: 3 });
      const keep = (destination: string) => follow([linkTo(sampled, undefined)], destination, sampler);

      expect([1, 2, 3, 4].map(() => keep('orders'))).toEqual([true, true, true, false]);
      expect(keep('invoices')).toBe(true);
      jest.advanceTimersByTime(1_000);
      expect([1, 2, 3, 4].map(() => keep('orders'))).toEqual([true, true, true, false]);
    } finally {
      jest.useRealTimers();
    }
  });

  it('leaves others to the sampler', () => {
    const off = sampleLinked(new AlwaysOffSampler(), { follow: 'flag' });
    const on = sampleLinked(new AlwaysOnSampler(), { follow: 'flag', perSecond: 1 });

    expect(follow([linkTo({ ...sampled, kept: false }, undefined)], 'orders', off)).toBe(false);
    expect(follow([], 'orders', off)).toBe(false);
    expect([1, 2, 3].map(() => follow([linkTo(sampled, undefined)], 'orders', on))).toEqual([
      true,
      true,
      true,
    ]);
  });
});

describe('with a Waybill and an SDK', () => {
  it('a late message is kept where its sender was, and dropped where it was not', async () => {
    const spans = recordSpans();
    const sampler = sampleLinked(new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(0.5) }));
    const tracerProvider = new TracerProvider({ spanProcessors: [spans], sampler });
    const waybill = createWaybill({ tracerProvider, policy: { relation: 'link' } });
    const broker = traceMemoryBroker(new MemoryBroker(), waybill);
    broker.subscribe('orders', () => undefined);
    for (let number = 0; number < 50; number++) await broker.publish('orders', { body: number });
    await broker.idle();
    broker.close();

    const sent = spans.named('send orders').count;
    expect(sent).toBeGreaterThan(5);
    expect(sent).toBeLessThan(45);
    const processed = spans.named('process orders').toHaveCount(sent);
    for (let index = 0; index < sent; index++)
      processed.at(index).toLinkTo(spans.named('send orders').at(index));
  });
});

describe('wrong use', () => {
  it.each<[string, () => unknown]>([
    [
      'sampleLinked: sampler: undefined is not a sampler. Write sampleLinked(new TraceIdRatioBasedSampler(0.1)).',
      () => sampleLinked(undefined as never),
    ],
    [
      "sampleLinked: options: null are no options. Write { follow: 'flag' }, or leave them out.",
      () => sampleLinked(new AlwaysOnSampler(), null as never),
    ],
    [
      "sampleLinked: follow: decision is unknown. Write 'randomness' or 'flag'.",
      () => sampleLinked(new AlwaysOnSampler(), { follow: 'decision' as never }),
    ],
    [
      'sampleLinked: perSecond: 0 is not a number above 0. Write 10.',
      () => sampleLinked(new AlwaysOnSampler(), { follow: 'flag', perSecond: 0 }),
    ],
  ])('is told: %s', (message, use) => {
    expect(use).toThrow(message);
  });
});
