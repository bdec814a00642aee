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
import { setUp, type TestBed } from '../../test/test-bed.ts';
import type { IncomingMessage } from '../seam/incoming-message.ts';

const now = 1_700_000_000_000;

describe('a run of a schedule', () => {
  it('links to the run before it; a second attempt does not', () => {
    const testBed = setUp();

    const [first, second] = [run(testBed, 'r1'), run(testBed, 'r2')];
    const again = run(testBed, 'r2', { attempt: 2 });
    const third = run(testBed, 'r3');

    expect(linksTo(first, 'previous-run')).toEqual([]);
    expect(linksTo(second, 'previous-run')).toEqual([first.spanContext().spanId]);
    expect(linksTo(again, 'previous-run')).toEqual([]);
    expect(linksTo(again, 'previous-attempt')).toEqual([second.spanContext().spanId]);
    expect(linksTo(third, 'previous-run')).toEqual([second.spanContext().spanId]);
    expect(linksTo(run(testBed, 'r1', { attempt: 2 }), 'previous-run')).toEqual([]);
  });

  it('does not link to itself if attempts are not counted', () => {
    const testBed = setUp();

    run(testBed, 'r1', { attempt: undefined });

    expect(linksTo(run(testBed, 'r1', { attempt: undefined }), 'previous-run')).toEqual([]);
  });

  it('does not link to runs of other schedules or of another queue', () => {
    const testBed = setUp();
    run(testBed, 'r1');

    expect(linksTo(run(testBed, 'r2', { schedule: 'hourly' }), 'previous-run')).toEqual([]);
    expect(
      linksTo(run(testBed, 'r2', { destination: 'reports', queueKey: 'reports' }), 'previous-run'),
    ).toEqual([]);
  });

  it('has the age that its broker reports, as the header is that of the schedule', () => {
    const testBed = setUp({ clock: () => now });
    const headers = { traceparent: traceparent(), waybill: waybillHeader(now - 1_000_000) };

    const span = run(testBed, 'r1', { headers, sentAt: now - 2_000 } as IncomingInit);

    expect(span.attributes).toMatchObject({
      'waybill.relation.reason': 'recurring',
      'waybill.message.age': 2,
      'waybill.message.age.source': 'fake-time',
    });
  });
});

describe('a message with a reused id', () => {
  it('does not link to attempts at the other message', () => {
    const testBed = setUp();
    const attempt = (number: number): ReadableSpan => handle(testBed, incoming({ id: 'x', attempt: number }));
    for (const number of [1, 2, 3]) attempt(number);

    expect(linksTo(attempt(2), 'previous-attempt')).toEqual([]);
  });
});

describe('messages of a flow', () => {
  it('link to the dependent message when they are sent', async () => {
    const testBed = setUp();
    const [ship, pack] = [
      new FakeOutgoing({ destination: 'ship' }),
      new FakeOutgoing({ destination: 'pack' }),
    ];

    await testBed.instrumenter.publish(publishing([ship, Object.assign(pack, { dependent: 0 })]));

    expect(linksTo(testBed.span('create pack'), 'dependent')).toEqual([
      testBed.span('create ship').spanContext().spanId,
    ]);
    expect(testBed.span('create ship').links).toEqual([]);
  });

  it('are linked from the dependent message when it is handled, by their last attempt', () => {
    const testBed = setUp();
    const child = (id: string): ReadableSpan =>
      handle(testBed, incoming({ id, flow: { key: id, dependent: 'parent' } }));

    child('a');
    const [last, other] = [child('a'), child('b')];
    const parent = handle(testBed, incoming({ flow: { key: 'parent', dependent: undefined } }));

    expect(linksTo(parent, 'dependency')).toEqual([last.spanContext().spanId, other.spanContext().spanId]);
  });

  it('are forgotten once the dependent message is handled, unless it comes again', () => {
    const testBed = setUp();
    const parent = (outcome?: 'retry' | 'deferred'): ReadableSpan => {
      const message = incoming({ flow: { key: 'parent', dependent: undefined } });
      const fail = (): void => {
        if (outcome !== undefined) throw new Error('not yet');
      };
      try {
        testBed.instrumenter.process({ messages: [message], batch: false, outcomeOf: () => outcome }, fail);
      } catch {
        // The span is looked at.
      }
      return testBed.spans.at(-1) as ReadableSpan;
    };
    handle(testBed, incoming({ flow: { key: 'a', dependent: 'parent' } }));

    const links = [parent('retry'), parent('deferred'), parent(), parent()].map(
      (span) => linksTo(span, 'dependency').length,
    );

    expect(links).toEqual([1, 1, 1, 0]);
  });

  it('are linked by their last attempt if there are as many as a span has links', () => {
    const testBed = setUp();
    const child = (key: number): ReadableSpan =>
      handle(testBed, incoming({ flow: { key: String(key), dependent: 'parent' } }));
    for (let key = 0; key < 128; key++) child(key);
    const again = child(5);

    const parent = handle(testBed, incoming({ flow: { key: 'parent', dependent: undefined } }));

    expect(linksTo(parent, 'dependency')[5]).toBe(again.spanContext().spanId);
  });

  it('are linked up to the number of links that a span can have', () => {
    const testBed = setUp();
    for (let index = 0; index < 200; index++) {
      handle(testBed, incoming({ flow: { key: String(index), dependent: 'parent' } }));
    }

    const parent = handle(testBed, incoming({ flow: { key: 'parent', dependent: undefined } }));

    expect(linksTo(parent, 'dependency')).toHaveLength(128);
  });
});

describe('an unreadable place for headers', () => {
  it.each([
    ['malformed', 'malformed'],
    ['limit', 'malformed'],
    ['foreign', 'no-context'],
  ] as const)('is counted by its reason, %s, and the message is handled', async (reason, decided) => {
    const testBed = setUp();

    const span = handle(testBed, incoming({ carrierFault: { place: 'metadata', reason } }));

    expect(span.attributes['waybill.relation.reason']).toBe(decided);
    const { points } = await testBed.metric('waybill.carrier.rejected');
    expect(points).toMatchObject([
      { attributes: { 'waybill.carrier.header': 'metadata', 'waybill.carrier.reason': reason }, value: 1 },
    ]);
  });
});

function run(testBed: TestBed, id: string, init: IncomingInit = {}): ReadableSpan {
  return handle(testBed, incoming({ id, recurring: true, schedule: 'nightly', attempt: 1, ...init }));
}

function handle(testBed: TestBed, message: IncomingMessage): ReadableSpan {
  testBed.instrumenter.process({ messages: [message], batch: false }, () => undefined);
  return testBed.spans.at(-1) as ReadableSpan;
}

function linksTo(span: ReadableSpan, target: string): string[] {
  return span.links
    .filter(({ attributes }: Link) => attributes?.['waybill.link.to'] === target)
    .map(({ context }) => context.spanId);
}
