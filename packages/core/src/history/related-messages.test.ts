import { describe, expect, it } from '@jest/globals';
import type { Link } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import {
  FakeOutgoing,
  type IncomingInit,
  incoming,
  publishing,
  traceparent,
  waybillHeader,
} from '../../test/fake-messages.ts';
import { type Lab, setUp } from '../../test/telemetry-lab.ts';
import type { IncomingMessage } from '../seam/incoming-message.ts';

const now = 1_700_000_000_000;

describe('a run of a schedule', () => {
  it('links to the run before it, and another attempt at it does not', () => {
    const lab = setUp();

    const [first, second] = [run(lab, 'r1'), run(lab, 'r2')];
    const again = run(lab, 'r2', { attempt: 2 });
    const third = run(lab, 'r3');

    expect(linksTo(first, 'previous-run')).toEqual([]);
    expect(linksTo(second, 'previous-run')).toEqual([first.spanContext().spanId]);
    expect(linksTo(again, 'previous-run')).toEqual([]);
    expect(linksTo(again, 'previous-attempt')).toEqual([second.spanContext().spanId]);
    expect(linksTo(third, 'previous-run')).toEqual([second.spanContext().spanId]);
    expect(linksTo(run(lab, 'r1', { attempt: 2 }), 'previous-run')).toEqual([]);
  });

  it('does not link to itself where nobody counts attempts', () => {
    const lab = setUp();

    run(lab, 'r1', { attempt: undefined });

    expect(linksTo(run(lab, 'r1', { attempt: undefined }), 'previous-run')).toEqual([]);
  });

  it('has nothing to do with runs of other schedules, or of that name in another queue', () => {
    const lab = setUp();
    run(lab, 'r1');

    expect(linksTo(run(lab, 'r2', { schedule: 'hourly' }), 'previous-run')).toEqual([]);
    expect(linksTo(run(lab, 'r2', { destination: 'reports', queueKey: 'reports' }), 'previous-run')).toEqual(
      [],
    );
  });

  it('is as old as its broker says: the header is that of the schedule', () => {
    const lab = setUp({ clock: () => now });
    const headers = { traceparent: traceparent(), waybill: waybillHeader(now - 1_000_000) };

    const span = run(lab, 'r1', { headers, sentAt: now - 2_000 } as IncomingInit);

    expect(span.attributes).toMatchObject({
      'waybill.relation.reason': 'recurring',
      'waybill.message.age': 2,
      'waybill.message.age.source': 'fake-time',
    });
  });
});

describe('a message whose id was used before', () => {
  it('does not link to attempts at the other message', () => {
    const lab = setUp();
    const attempt = (number: number): ReadableSpan => handle(lab, incoming({ id: 'x', attempt: number }));
    for (const number of [1, 2, 3]) attempt(number);

    expect(linksTo(attempt(2), 'previous-attempt')).toEqual([]);
  });
});

describe('messages of a flow', () => {
  it('are linked, when they are sent, to the one that waits for them', async () => {
    const lab = setUp();
    const [ship, pack] = [
      new FakeOutgoing({ destination: 'ship' }),
      new FakeOutgoing({ destination: 'pack' }),
    ];

    await lab.instrumenter.publish(publishing([ship, Object.assign(pack, { dependent: 0 })]));

    expect(linksTo(lab.span('create pack'), 'dependent')).toEqual([
      lab.span('create ship').spanContext().spanId,
    ]);
    expect(lab.span('create ship').links).toEqual([]);
  });

  it('are linked to, when the one that waited for them is handled, by their last attempt', () => {
    const lab = setUp();
    const child = (id: string): ReadableSpan =>
      handle(lab, incoming({ id, flow: { key: id, dependent: 'parent' } }));

    child('a');
    const [last, other] = [child('a'), child('b')];
    const parent = handle(lab, incoming({ flow: { key: 'parent', dependent: undefined } }));

    expect(linksTo(parent, 'dependency')).toEqual([last.spanContext().spanId, other.spanContext().spanId]);
  });

  it('are forgotten once the one that waited for them is handled, unless it comes again', () => {
    const lab = setUp();
    const parent = (outcome?: 'retry' | 'deferred'): ReadableSpan => {
      const message = incoming({ flow: { key: 'parent', dependent: undefined } });
      const fail = (): void => {
        if (outcome !== undefined) throw new Error('not yet');
      };
      try {
        lab.instrumenter.process({ messages: [message], batch: false, outcomeOf: () => outcome }, fail);
      } catch {
        // The span is looked at.
      }
      return lab.spans.at(-1) as ReadableSpan;
    };
    handle(lab, incoming({ flow: { key: 'a', dependent: 'parent' } }));

    const links = [parent('retry'), parent('deferred'), parent(), parent()].map(
      (span) => linksTo(span, 'dependency').length,
    );

    expect(links).toEqual([1, 1, 1, 0]);
  });

  it('are linked to by their last attempt also where there are as many as a span has links', () => {
    const lab = setUp();
    const child = (key: number): ReadableSpan =>
      handle(lab, incoming({ flow: { key: String(key), dependent: 'parent' } }));
    for (let key = 0; key < 128; key++) child(key);
    const again = child(5);

    const parent = handle(lab, incoming({ flow: { key: 'parent', dependent: undefined } }));

    expect(linksTo(parent, 'dependency')[5]).toBe(again.spanContext().spanId);
  });

  it('are linked to up to the number of links that a span has', () => {
    const lab = setUp();
    for (let index = 0; index < 200; index++) {
      handle(lab, incoming({ flow: { key: String(index), dependent: 'parent' } }));
    }

    const parent = handle(lab, incoming({ flow: { key: 'parent', dependent: undefined } }));

    expect(linksTo(parent, 'dependency')).toHaveLength(128);
  });
});

describe('a place for headers that holds none', () => {
  it.each([
    ['malformed', 'malformed'],
    ['limit', 'malformed'],
    ['foreign', 'no-context'],
  ] as const)('is counted by its reason, %s, and the message is handled', async (reason, decided) => {
    const lab = setUp();

    const span = handle(lab, incoming({ carrierFault: { place: 'metadata', reason } }));

    expect(span.attributes['waybill.relation.reason']).toBe(decided);
    const { points } = await lab.metric('waybill.carrier.rejected');
    expect(points).toMatchObject([
      { attributes: { 'waybill.carrier.header': 'metadata', 'waybill.carrier.reason': reason }, value: 1 },
    ]);
  });
});

function run(lab: Lab, id: string, init: IncomingInit = {}): ReadableSpan {
  return handle(lab, incoming({ id, recurring: true, schedule: 'nightly', attempt: 1, ...init }));
}

function handle(lab: Lab, message: IncomingMessage): ReadableSpan {
  lab.instrumenter.process({ messages: [message], batch: false }, () => undefined);
  return lab.spans.at(-1) as ReadableSpan;
}

function linksTo(span: ReadableSpan, target: string): string[] {
  return span.links
    .filter(({ attributes }: Link) => attributes?.['waybill.link.to'] === target)
    .map(({ context }) => context.spanId);
}
