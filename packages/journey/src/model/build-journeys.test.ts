import { describe, expect, it } from '@jest/globals';
import { makeSpan, spanId, testStart, traceId } from '../../test/make-span.ts';
import { journeysByName } from '../../test/twelve-journeys.ts';
import { buildJourneys } from './build-journeys.ts';
import type { Hop, Journey } from './journey.ts';

function journeyNamed(name: string): Journey {
  const { journeys } = buildJourneys(journeysByName[name] ?? []);
  expect(journeys).toHaveLength(1);
  return journeys[0] as Journey;
}

/** What is told of a hop, short enough for a table. */
function told({ kind, relation, missing, wait }: Hop): string {
  const parts = wait?.parts.map(({ what, duration }) => `${what} ${duration}`) ?? ['unknown'];
  return [kind, relation, ...(missing === undefined ? [] : [missing]), ...parts].join(', ');
}

describe('the hops of a journey', () => {
  it.each([
    [
      'fan-out to three consumers',
      ['message, parent, queue 10', 'message, parent, queue 15', 'message, parent, queue 20'],
    ],
    ['fan-in by a batch', ['message, link, queue 85', 'message, link, queue 75', 'message, link, queue 65']],
    [
      'three attempts',
      ['message, parent, queue 5', 'attempt, parent, backoff 1000', 'attempt, parent, backoff 1000'],
    ],
    [
      'dead letter and redrive',
      ['message, parent, queue 10', 'dead-letter, link, queue 59990', 'redrive, link, queue 59970'],
    ],
    [
      'a flow of four levels',
      [
        'message, parent, queue 30',
        'message, parent, dependencies 80, queue 50',
        'message, parent, dependencies 180, queue 50',
        'message, parent, dependencies 280, queue 50',
      ],
    ],
    ['an untrusted hop', ['message, link, untrusted, unknown', 'message, parent, queue 6']],
    ['a missing middle', ['message, link, unsampled, queue 3600000']],
    ['a skewed clock', ['message, parent']],
    ['a hand-off to a thread', ['message, parent, queue 15']],
    ['mixed SDKs', ['message, parent, queue 15', 'message, link, unknown']],
  ])('%s', (name, hops) => {
    expect(journeyNamed(name).hops.map(told)).toEqual(hops);
  });

  it('a schedule of ten runs: each follows the one before', () => {
    const { hops, traces } = journeyNamed('a schedule of ten runs');
    expect(traces).toHaveLength(11);
    expect(hops.map(told)).toEqual([
      'run, link, delay 59990',
      ...Array.from({ length: 9 }, () => 'run, link, delay 59990'),
    ]);
    expect(hops[3]?.previous).toEqual({ traceId: traceId(4), spanId: spanId(1) });
  });

  it('a thousand messages: the wait begins when the call ends that sends them all', () => {
    const { hops } = journeyNamed('a thousand messages');
    expect(hops).toHaveLength(1_000);
    expect(hops[0]?.wait).toMatchObject({ start: testStart + 40, end: testStart + 50 });
    expect(hops[999]?.wait?.parts).toEqual([{ what: 'queue', duration: 1_009 }]);
  });

  it('tells the message, the attempt and the decision', () => {
    const { hops } = journeyNamed('three attempts');
    expect(hops[2]).toMatchObject({
      destination: 'orders',
      messageId: 'm1',
      attempt: 3,
      previous: { spanId: spanId(3) },
      decision: { relation: 'parent' },
    });
  });

  it('leaves the wanted delay out of the time in the queue', () => {
    const { journeys } = buildJourneys([
      makeSpan('send orders', { id: [1, 1], at: 0, attributes: { 'waybill.message.delay': 30 } }),
      makeSpan('process orders', { id: [1, 2], parent: 1, at: 40_010 }),
    ]);
    expect(journeys[0]?.hops.map(told)).toEqual(['message, parent, delay 30000, queue 10000']);
  });

  it('counts earlier attempts that are missing into the backoff', () => {
    const { journeys } = buildJourneys([
      makeSpan('send orders', { id: [1, 1], at: 0 }),
      makeSpan('process orders', {
        id: [1, 2],
        parent: 1,
        at: 5_010,
        attributes: { 'waybill.message.attempt': 3 },
      }),
    ]);
    expect(journeys[0]?.hops.map(told)).toEqual(['attempt, parent, backoff 5000']);
  });

  it('are in the order of attempts where these begin in the same ms', () => {
    const { journeys } = buildJourneys([
      makeSpan('send orders', { id: [1, 9], at: 0 }),
      ...[1, 2, 3].map((attempt) =>
        makeSpan('process orders', {
          id: [1, 9 - attempt],
          parent: 9,
          at: 20,
          took: 0.2,
          attributes: { 'messaging.message.id': 'm1', 'waybill.message.attempt': attempt },
        }),
      ),
    ]);
    expect(journeys[0]?.hops.map(({ kind, attempt }) => [kind, attempt])).toEqual([
      ['message', 1],
      ['attempt', 2],
      ['attempt', 3],
    ]);
  });

  it('has no wait where the message was handled before the broker answered its sender', () => {
    const { journeys } = buildJourneys([
      makeSpan('send orders', { id: [1, 1], at: 0, took: 100 }),
      makeSpan('process orders', { id: [1, 2], parent: 1, at: 50 }),
    ]);
    expect(journeys[0]?.hops[0]).toMatchObject({ skew: undefined, wait: { parts: [] } });
  });

  it('is one, where the handling links to its parent, too', () => {
    const { journeys } = buildJourneys([
      makeSpan('send orders', { id: [1, 1], at: 0 }),
      makeSpan('process orders', {
        id: [1, 2],
        parent: 1,
        at: 50,
        links: [{ to: [1, 1], role: 'creation' }],
      }),
    ]);
    expect(journeys[0]?.hops.map(told)).toEqual(['message, parent, queue 40']);
  });

  it('does not begin at a loop that polls, which is a neighbour of every message', () => {
    const { journeys } = buildJourneys([
      makeSpan('poll loop', { id: [9, 1], at: 0, took: 1_000 }),
      ...[1, 2].flatMap((trace) => [
        makeSpan('send orders', { id: [trace, 1], at: 0 }),
        makeSpan('process orders', {
          id: [trace, 2],
          parent: 1,
          at: 50,
          links: [{ to: [9, 1], role: 'ambient' }],
        }),
      ]),
    ]);
    expect(journeys.map(({ traces }) => traces.length)).toEqual([1, 1, 1]);
    expect(journeys.flatMap(({ hops }) => hops.map(told))).toEqual([
      'message, parent, queue 40',
      'message, parent, queue 40',
    ]);
  });

  it('ends at the handling, not at the receive of its batch', () => {
    const { journeys } = buildJourneys([
      makeSpan('send orders', { id: [1, 1], at: 0 }),
      makeSpan('receive orders', {
        id: [2, 1],
        at: 50,
        kind: 'CONSUMER',
        service: 'billing',
        links: [{ to: [1, 1] }],
      }),
      makeSpan('process orders', {
        id: [2, 2],
        parent: 1,
        at: 60,
        service: 'billing',
        links: [{ to: [1, 1] }],
      }),
    ]);
    expect(journeys[0]?.hops.map(({ handling }) => handling.spanId)).toEqual([spanId(2)]);
  });

  it('are told apart without the attributes of links, which some backends lose', () => {
    const bare = (journeysByName['three attempts'] ?? []).map((span) => ({
      ...span,
      links: span.links.map((link) => ({ ...link, attributes: {} })),
    }));
    expect(buildJourneys(bare).journeys[0]?.hops.map(told)).toEqual(
      journeyNamed('three attempts').hops.map(told),
    );
  });
});

describe('what is missing', () => {
  it.each([
    ['an untrusted hop', [['sender', 'untrusted', 1]]],
    [
      'a missing middle',
      [
        ['sender', 'unsampled', 1],
        ['handling', 'not-found', 1],
      ],
    ],
    ['mixed SDKs', []],
    ['a flow of four levels', []],
    ['a thousand messages', []],
  ])('%s', (name, ghosts) => {
    const found = journeyNamed(name).ghosts.map(({ role, reason, count }) => [role, reason, count]);
    expect(found).toEqual(ghosts);
  });

  it('counts how many name it', () => {
    const { journeys } = buildJourneys(
      [1, 2, 3].map((id) => makeSpan('work', { id: [1, id], parent: 99, at: id })),
    );
    expect(journeys[0]?.ghosts).toEqual([
      {
        role: 'parent',
        reason: 'not-found',
        span: { traceId: traceId(1), spanId: spanId(99) },
        namedBy: { traceId: traceId(1), spanId: spanId(1) },
        count: 3,
      },
    ]);
  });

  it('is not the handling of a message that was not sent, as the send failed', () => {
    const { journeys } = buildJourneys([makeSpan('send orders', { id: [1, 1], at: 0, status: 'ERROR' })]);
    expect(journeys[0]?.ghosts).toEqual([]);
  });
});

describe('clocks', () => {
  it('are marked where a message was handled before it was sent', () => {
    const { hops, skews } = journeyNamed('a skewed clock');
    expect(hops[0]).toMatchObject({ skew: 500 });
    expect(skews).toEqual([{ ahead: 'shop@north', behind: 'billing@south', atLeast: 500, count: 1 }]);
  });

  it('are marked where a call was answered before it was made', () => {
    const { journeys } = buildJourneys([
      makeSpan('GET /', { id: [1, 1], at: 80, kind: 'CLIENT' }),
      makeSpan('GET /', { id: [1, 2], parent: 1, at: 0, kind: 'SERVER', service: 'api' }),
    ]);
    expect(journeys[0]?.skews).toEqual([{ ahead: 'shop', behind: 'api', atLeast: 80, count: 1 }]);
  });
});

it('clocks of one service do not differ', () => {
  const { journeys } = buildJourneys([
    makeSpan('work', { id: [1, 1], at: 80 }),
    makeSpan('work', { id: [1, 2], parent: 1, at: 0 }),
  ]);
  expect(journeys[0]?.skews).toEqual([]);
});

describe('what joins traces', () => {
  it('is a link to the same trace, even if that is missing', () => {
    const { journeys } = buildJourneys(
      [1, 2].map((trace) => makeSpan('process orders', { id: [trace, 1], at: 0, links: [{ to: [7, 1] }] })),
    );
    expect(journeys.map(({ traces }) => traces.length)).toEqual([2]);
  });

  it('is the journey id, and the trace of that id', () => {
    const attributes = { 'waybill.journey.id': traceId(1) };
    const { journeys } = buildJourneys([
      makeSpan('GET /', { id: [1, 1], at: 0 }),
      makeSpan('process a', { id: [2, 1], at: 10, attributes }),
      makeSpan('process b', { id: [3, 1], at: 20, attributes }),
      makeSpan('GET /', { id: [4, 1], at: 30 }),
    ]);
    expect(journeys.map(({ traces }) => traces.length)).toEqual([3, 1]);
    expect(journeys[0]?.ids).toEqual([traceId(1)]);
  });
});
