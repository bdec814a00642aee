import { describe, expect, it } from '@jest/globals';
import { context, propagation, SpanKind, trace } from '@opentelemetry/api';
import {
  FakeOutgoing,
  incoming,
  publishing,
  spanId,
  traceId,
  traceparent,
  waybillHeader,
} from '../../../test/fake-messages.ts';
import { setUp, type TestBed } from '../../../test/test-bed.ts';
import type { IncomingMessage } from '../../seam/incoming-message.ts';
import { processMessage } from './process-message.ts';

const now = 1_700_000_000_000;
const clock = (): number => now;

describe('processing a batch', () => {
  it('makes a root that links to every message from its start', () => {
    const atStart: number[] = [];
    const testBed = setUp(
      { clock },
      {
        sampler: {
          shouldSample(_context, _traceId, _name, _kind, _attributes, links) {
            atStart.push(links.length);
            return { decision: 2 };
          },
        },
      },
    );

    handle(testBed, [created(1), created(2), created(3)]);

    const span = testBed.span('process orders');
    expect(span).toMatchObject({ kind: SpanKind.CONSUMER, parentSpanContext: undefined, ended: true });
    expect(linkedTo(testBed)).toEqual([id(1), id(2), id(3)]);
    expect(atStart).toEqual([3]);
    expect(span.attributes).toMatchObject({
      'messaging.operation.name': 'process',
      'messaging.batch.message_count': 3,
      'messaging.destination.name': 'orders',
      'waybill.relation': 'link',
      'waybill.relation.reason': 'batch',
      'waybill.journey.id': span.spanContext().traceId,
    });
  });

  it('sets on each link the attributes of its message', () => {
    const testBed = setUp({ clock });

    handle(testBed, [
      created(1, {
        id: 'm-1',
        attempt: 2,
        headers: { traceparent: traceparent(), waybill: waybillHeader(now - 2_000) },
      }),
    ]);

    expect(testBed.span('process orders').links[0]?.attributes).toEqual({
      'messaging.destination.name': 'orders',
      'messaging.message.id': 'm-1',
      'waybill.message.age': 2,
      'waybill.message.attempt': 2,
      'waybill.journey.id': traceId,
      'waybill.link.to': 'creation',
    });
    expect(testBed.span('process orders').attributes).not.toHaveProperty('messaging.message.id');
  });

  it('makes a root with a link for one message, too', () => {
    const testBed = setUp({ clock, policy: { relation: 'parent' } });

    handle(testBed, [created(1)]);

    expect(testBed.span('process orders').parentSpanContext).toBeUndefined();
    expect(testBed.span('process orders').attributes['messaging.batch.message_count']).toBe(1);
    expect(linkedTo(testBed)).toEqual([id(1)]);
  });

  it('links once to a context that several messages have', () => {
    const testBed = setUp({ clock });

    handle(testBed, [created(1), created(2), created(1), created(1)]);

    expect(linkedTo(testBed)).toEqual([id(1), id(2)]);
    expect(testBed.span('process orders').attributes).not.toHaveProperty('waybill.batch.unlinked_messages');
  });

  it('links to nothing for a message without a context, or with a broken one', () => {
    const testBed = setUp({ clock });

    handle(testBed, [incoming(), created(1), incoming({ headers: { traceparent: 'no' } })]);

    expect(linkedTo(testBed)).toEqual([id(1)]);
  });

  it('does not link to messages whose rule says none', () => {
    const testBed = setUp({ clock, policy: { queues: { secret: { relation: 'none' } } } });

    handle(testBed, [created(1), created(2, { destination: 'secret' })]);

    expect(linkedTo(testBed)).toEqual([id(1)]);
  });

  it('links to the first 128, counts the others, and does not read them', () => {
    const testBed = setUp({ clock });
    const read = new Set<number>();
    const messages = Array.from({ length: 10_000 }, (_, index) => {
      const message = created(index);
      return incoming({
        read: {
          get(name) {
            read.add(index);
            return message.headers.get(name);
          },
        },
      });
    });

    handle(testBed, messages);

    expect(linkedTo(testBed)).toEqual(Array.from({ length: 128 }, (_, index) => id(index)));
    expect(testBed.span('process orders').attributes['waybill.batch.unlinked_messages']).toBe(9_872);
    expect(testBed.span('process orders').droppedLinksCount).toBe(0);
    expect(read.size).toBe(128);
  });

  it.each([
    [127, undefined],
    [128, undefined],
    [129, 1],
  ])('counts %p of %d messages as not linked', (count, unlinked) => {
    const testBed = setUp({ clock });

    handle(
      testBed,
      Array.from({ length: count }, (_, index) => created(index)),
    );

    expect(testBed.span('process orders').attributes['waybill.batch.unlinked_messages']).toBe(unlinked);
  });

  it('links to the ambient span, too, as one of the 128', () => {
    const testBed = setUp({ clock });

    testBed.within('poll', () =>
      handle(
        testBed,
        Array.from({ length: 128 }, (_, index) => created(index)),
      ),
    );

    expect(linkedTo(testBed)[0]).toBe(testBed.span('poll').spanContext().spanId);
    expect(linkedTo(testBed)).toHaveLength(128);
    expect(testBed.span('process orders').attributes['waybill.batch.unlinked_messages']).toBe(1);
    expect(testBed.span('process orders').parentSpanContext).toBeUndefined();
  });

  it('sets no destination if the messages come from several', () => {
    const testBed = setUp({ clock });

    handle(testBed, [created(1), created(2, { destination: 'reports' })]);

    expect(testBed.span('process').attributes).not.toHaveProperty('messaging.destination.name');
  });

  it('sets the attributes that its adapter gives for the batch', () => {
    const testBed = setUp({ clock });

    testBed.instrumenter.process(
      {
        messages: [created(1)],
        batch: true,
        describe(attributes) {
          attributes['messaging.destination.partition.id'] = '3';
        },
      },
      () => undefined,
    );

    expect(testBed.span('process orders').attributes['messaging.destination.partition.id']).toBe('3');
  });

  it('attaches the baggage of none of its messages', () => {
    const testBed = setUp({ clock });
    let baggage: unknown = 'not run';

    handle(testBed, [incoming({ headers: { baggage: 'tenant.id=acme' } })], () => {
      baggage = propagation.getActiveBaggage();
    });

    expect(baggage).toBeUndefined();
  });

  it('starts a journey of its own', async () => {
    const testBed = setUp({ clock });
    const message = new FakeOutgoing({ destination: 'next' });

    await handle(testBed, [created(1)], () => testBed.instrumenter.publish(publishing([message])));

    const own = testBed.span('process orders').spanContext().traceId;
    expect(message.carrier.waybill).toContain(`-${own}-`);
    expect(testBed.span('send next').attributes['waybill.journey.id']).toBe(own);
  });

  it('fails with the error of its handler, which the caller gets', async () => {
    const testBed = setUp({ clock });
    const error = new Error('no');

    await expect(handle(testBed, [created(1)], () => Promise.reject(error))).rejects.toBe(error);

    expect(testBed.span('process orders')).toMatchObject({ ended: true, status: { code: 2, message: 'no' } });
  });

  it('keeps no message in the context that a timer of its handler holds', async () => {
    const testBed = setUp({ clock, diagnose: false });
    let reads = 0;
    const message = incoming({
      read: {
        get(name) {
          reads += 1;
          return created(1).headers.get(name);
        },
      },
    });
    const held = handle(testBed, [message], () => context.active());
    const before = reads;
    const forwarded = new FakeOutgoing({
      destination: 'later',
      headers: { traceparent: traceparent(traceId, id(1)) },
    });

    await context.with(held, () => testBed.instrumenter.publish(publishing([forwarded])));

    expect(reads).toBe(before);
  });
});

it('a timer of a batch handler forwards no context of an untrusted sender', async () => {
  const testBed = setUp({ clock, diagnose: false, policy: { queues: { orders: { trust: 'untrusted' } } } });
  const headers = { traceparent: traceparent(traceId, id(1)), tracestate: 'theirs=1', baggage: 'debug=1' };
  const held = handle(testBed, [incoming({ headers })], () => context.active());
  const forwarded = new FakeOutgoing({ destination: 'later', headers });

  await context.with(held, () => testBed.instrumenter.publish(publishing([forwarded])));

  expect(Object.keys(forwarded.carrier).sort()).toEqual(['traceparent', 'waybill']);
  expect(String(forwarded.carrier.traceparent)).toContain(testBed.span('send later').spanContext().spanId);
});

describe('processing the messages of a batch one by one', () => {
  it('gives each the span and the baggage that it would have alone', async () => {
    const testBed = setUp({ clock });
    const natives = [{ n: 1 }, { n: 2 }];
    const batch = natives.map((native, index) =>
      incoming({
        native,
        destination: `orders-${index}`,
        headers: { traceparent: traceparent(traceId, id(index)), baggage: `tenant.id=t${index}` },
      }),
    );
    const tenants: unknown[] = [];

    await handle(testBed, batch, async () => {
      for (const native of natives) {
        await processMessage(native, async () => {
          tenants.push(propagation.getActiveBaggage()?.getEntry('tenant.id')?.value);
        });
      }
    });

    expect(tenants).toEqual(['t0', 't1']);
    const whole = testBed.span('process').spanContext().spanId;
    for (const index of [0, 1]) {
      expect(testBed.span(`process orders-${index}`)).toMatchObject({
        parentSpanContext: { spanId: id(index) },
        links: [{ context: { spanId: whole }, attributes: { 'waybill.link.to': 'ambient' } }],
        attributes: { 'waybill.relation': 'parent' },
      });
    }
  });

  it('counts each message and its age once', async () => {
    const testBed = setUp({ clock });
    const natives = [{}, {}];
    const batch = natives.map((native) =>
      incoming({ native, sentAt: now - 5, headers: { traceparent: traceparent() } }),
    );

    handle(testBed, batch, () => {
      for (const native of natives) processMessage(native, () => undefined);
    });

    expect((await testBed.metric('messaging.client.consumed.messages')).points).toMatchObject([{ value: 2 }]);
    expect((await testBed.metric('waybill.message.age')).points).toMatchObject([{ value: { count: 2 } }]);
    expect((await testBed.metric('messaging.process.duration')).points).toMatchObject([
      { value: { count: 3 } },
    ]);
  });

  it('records the age of a message that the batch does not link to', async () => {
    const testBed = setUp({ clock });
    const batch = Array.from({ length: 130 }, (_, index) => created(index, { native: {}, sentAt: now - 5 }));

    handle(testBed, batch, () => {
      for (const { native } of batch) processMessage(native as object, () => undefined);
    });

    const points = (await testBed.metric('waybill.message.age')).points.map(({ attributes, value }) => [
      attributes['waybill.relation'],
      (value as { count: number }).count,
    ]);
    expect(points).toEqual([
      ['link', 128],
      ['parent', 2],
    ]);
  });

  it('restores the context of the batch afterwards', () => {
    const testBed = setUp({ clock });
    const native = {};

    handle(testBed, [incoming({ native })], () => {
      const before = context.active();
      processMessage(native, () => undefined);
      expect(context.active()).toBe(before);
      expect(trace.getActiveSpan()).toBe(testBed.spans[0]);
    });
  });
});

function handle<R = void>(
  testBed: TestBed,
  messages: readonly IncomingMessage[],
  handler: () => R = () => undefined as R,
): R {
  return testBed.instrumenter.process({ messages, batch: true }, handler);
}

/** A message that was created in a span of its own. */
function created(index: number, init: Parameters<typeof incoming>[0] = {}): IncomingMessage {
  return incoming({ headers: { traceparent: traceparent(traceId, id(index)) }, ...init });
}

function id(index: number): string {
  return (index + 1).toString(16).padStart(spanId.length, '0');
}

function linkedTo(testBed: TestBed): (string | undefined)[] {
  const batch = testBed.spans.find(({ attributes }) => 'messaging.batch.message_count' in attributes);
  return (batch?.links ?? []).map((link) => link.context.spanId);
}
