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
import { type Lab, setUp } from '../../../test/telemetry-lab.ts';
import type { IncomingMessage } from '../../seam/incoming-message.ts';
import { processMessage } from './process-message.ts';

const now = 1_700_000_000_000;
const clock = (): number => now;

describe('processing a batch', () => {
  it('makes a root that links to every message, from the start', () => {
    const atStart: number[] = [];
    const lab = setUp(
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

    handle(lab, [created(1), created(2), created(3)]);

    const span = lab.span('process orders');
    expect(span).toMatchObject({ kind: SpanKind.CONSUMER, parentSpanContext: undefined, ended: true });
    expect(linkedTo(lab)).toEqual([id(1), id(2), id(3)]);
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

  it('says on each link what differs from message to message', () => {
    const lab = setUp({ clock });

    handle(lab, [
      created(1, {
        id: 'm-1',
        attempt: 2,
        headers: { traceparent: traceparent(), waybill: waybillHeader(now - 2_000) },
      }),
    ]);

    expect(lab.span('process orders').links[0]?.attributes).toEqual({
      'messaging.destination.name': 'orders',
      'messaging.message.id': 'm-1',
      'waybill.message.age': 2,
      'waybill.message.attempt': 2,
      'waybill.journey.id': traceId,
      'waybill.link.to': 'creation',
    });
    expect(lab.span('process orders').attributes).not.toHaveProperty('messaging.message.id');
  });

  it('is a batch also with one message: it links, and has no parent', () => {
    const lab = setUp({ clock, policy: { relation: 'parent' } });

    handle(lab, [created(1)]);

    expect(lab.span('process orders').parentSpanContext).toBeUndefined();
    expect(lab.span('process orders').attributes['messaging.batch.message_count']).toBe(1);
    expect(linkedTo(lab)).toEqual([id(1)]);
  });

  it('links once to a context that several messages came with', () => {
    const lab = setUp({ clock });

    handle(lab, [created(1), created(2), created(1), created(1)]);

    expect(linkedTo(lab)).toEqual([id(1), id(2)]);
    expect(lab.span('process orders').attributes).not.toHaveProperty('waybill.batch.unlinked_messages');
  });

  it('links to nothing for a message without a context, or with a broken one', () => {
    const lab = setUp({ clock });

    handle(lab, [incoming(), created(1), incoming({ headers: { traceparent: 'no' } })]);

    expect(linkedTo(lab)).toEqual([id(1)]);
  });

  it('does not link to messages whose rule says none', () => {
    const lab = setUp({ clock, policy: { queues: { secret: { relation: 'none' } } } });

    handle(lab, [created(1), created(2, { destination: 'secret' })]);

    expect(linkedTo(lab)).toEqual([id(1)]);
  });

  it('links to the first 128, says how many it does not link to, and does not even read those', () => {
    const lab = setUp({ clock });
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

    handle(lab, messages);

    expect(linkedTo(lab)).toEqual(Array.from({ length: 128 }, (_, index) => id(index)));
    expect(lab.span('process orders').attributes['waybill.batch.unlinked_messages']).toBe(9_872);
    expect(lab.span('process orders').droppedLinksCount).toBe(0);
    expect(read.size).toBe(128);
  });

  it.each([
    [127, undefined],
    [128, undefined],
    [129, 1],
  ])('counts of %d messages %p as not linked', (count, unlinked) => {
    const lab = setUp({ clock });

    handle(
      lab,
      Array.from({ length: count }, (_, index) => created(index)),
    );

    expect(lab.span('process orders').attributes['waybill.batch.unlinked_messages']).toBe(unlinked);
  });

  it('links to the ambient span, too, and gives it a place', () => {
    const lab = setUp({ clock });

    lab.within('poll', () =>
      handle(
        lab,
        Array.from({ length: 128 }, (_, index) => created(index)),
      ),
    );

    expect(linkedTo(lab)[0]).toBe(lab.span('poll').spanContext().spanId);
    expect(linkedTo(lab)).toHaveLength(128);
    expect(lab.span('process orders').attributes['waybill.batch.unlinked_messages']).toBe(1);
    expect(lab.span('process orders').parentSpanContext).toBeUndefined();
  });

  it('has no destination where the messages come from several', () => {
    const lab = setUp({ clock });

    handle(lab, [created(1), created(2, { destination: 'reports' })]);

    expect(lab.span('process').attributes).not.toHaveProperty('messaging.destination.name');
  });

  it('has what its adapter says of all messages', () => {
    const lab = setUp({ clock });

    lab.instrumenter.process(
      {
        messages: [created(1)],
        batch: true,
        describe(attributes) {
          attributes['messaging.destination.partition.id'] = '3';
        },
      },
      () => undefined,
    );

    expect(lab.span('process orders').attributes['messaging.destination.partition.id']).toBe('3');
  });

  it('attaches the baggage of none of its messages', () => {
    const lab = setUp({ clock });
    let baggage: unknown = 'not run';

    handle(lab, [incoming({ headers: { baggage: 'tenant.id=acme' } })], () => {
      baggage = propagation.getActiveBaggage();
    });

    expect(baggage).toBeUndefined();
  });

  it('starts a journey of its own', async () => {
    const lab = setUp({ clock });
    const message = new FakeOutgoing({ destination: 'next' });

    await handle(lab, [created(1)], () => lab.instrumenter.publish(publishing([message])));

    const own = lab.span('process orders').spanContext().traceId;
    expect(message.carrier.waybill).toContain(`-${own}-`);
    expect(lab.span('send next').attributes['waybill.journey.id']).toBe(own);
  });

  it('fails with the error of its handler, which comes back as it is', async () => {
    const lab = setUp({ clock });
    const error = new Error('no');

    await expect(handle(lab, [created(1)], () => Promise.reject(error))).rejects.toBe(error);

    expect(lab.span('process orders')).toMatchObject({ ended: true, status: { code: 2, message: 'no' } });
  });

  it('keeps no message alive in the context that a timer of its handler holds', async () => {
    const lab = setUp({ clock, diagnose: false });
    let reads = 0;
    const message = incoming({
      read: {
        get(name) {
          reads += 1;
          return created(1).headers.get(name);
        },
      },
    });
    const held = handle(lab, [message], () => context.active());
    const before = reads;
    const forwarded = new FakeOutgoing({
      destination: 'later',
      headers: { traceparent: traceparent(traceId, id(1)) },
    });

    await context.with(held, () => lab.instrumenter.publish(publishing([forwarded])));

    expect(reads).toBe(before);
  });
});

it('forwards no context of an untrusted sender from a timer of its handler', async () => {
  const lab = setUp({ clock, diagnose: false, policy: { queues: { orders: { trust: 'untrusted' } } } });
  const headers = { traceparent: traceparent(traceId, id(1)), tracestate: 'theirs=1', baggage: 'debug=1' };
  const held = handle(lab, [incoming({ headers })], () => context.active());
  const forwarded = new FakeOutgoing({ destination: 'later', headers });

  await context.with(held, () => lab.instrumenter.publish(publishing([forwarded])));

  expect(Object.keys(forwarded.carrier).sort()).toEqual(['traceparent', 'waybill']);
  expect(String(forwarded.carrier.traceparent)).toContain(lab.span('send later').spanContext().spanId);
});

describe('processing the messages of a batch one by one', () => {
  it('makes for each the span and the baggage that it would have alone', async () => {
    const lab = setUp({ clock });
    const natives = [{ n: 1 }, { n: 2 }];
    const batch = natives.map((native, index) =>
      incoming({
        native,
        destination: `orders-${index}`,
        headers: { traceparent: traceparent(traceId, id(index)), baggage: `tenant.id=t${index}` },
      }),
    );
    const tenants: unknown[] = [];

    await handle(lab, batch, async () => {
      for (const native of natives) {
        await processMessage(native, async () => {
          tenants.push(propagation.getActiveBaggage()?.getEntry('tenant.id')?.value);
        });
      }
    });

    expect(tenants).toEqual(['t0', 't1']);
    const whole = lab.span('process').spanContext().spanId;
    for (const index of [0, 1]) {
      expect(lab.span(`process orders-${index}`)).toMatchObject({
        parentSpanContext: { spanId: id(index) },
        links: [{ context: { spanId: whole }, attributes: { 'waybill.link.to': 'ambient' } }],
        attributes: { 'waybill.relation': 'parent' },
      });
    }
  });

  it('counts each message and its age once', async () => {
    const lab = setUp({ clock });
    const natives = [{}, {}];
    const batch = natives.map((native) =>
      incoming({ native, sentAt: now - 5, headers: { traceparent: traceparent() } }),
    );

    handle(lab, batch, () => {
      for (const native of natives) processMessage(native, () => undefined);
    });

    expect((await lab.metric('messaging.client.consumed.messages')).points).toMatchObject([{ value: 2 }]);
    expect((await lab.metric('waybill.message.age')).points).toMatchObject([{ value: { count: 2 } }]);
    expect((await lab.metric('messaging.process.duration')).points).toMatchObject([{ value: { count: 3 } }]);
  });

  it('has its age recorded also where the batch has no room for a link to it', async () => {
    const lab = setUp({ clock });
    const batch = Array.from({ length: 130 }, (_, index) => created(index, { native: {}, sentAt: now - 5 }));

    handle(lab, batch, () => {
      for (const { native } of batch) processMessage(native as object, () => undefined);
    });

    const points = (await lab.metric('waybill.message.age')).points.map(({ attributes, value }) => [
      attributes['waybill.relation'],
      (value as { count: number }).count,
    ]);
    expect(points).toEqual([
      ['link', 128],
      ['parent', 2],
    ]);
  });

  it('goes on in the context of the batch afterwards', () => {
    const lab = setUp({ clock });
    const native = {};

    handle(lab, [incoming({ native })], () => {
      const before = context.active();
      processMessage(native, () => undefined);
      expect(context.active()).toBe(before);
      expect(trace.getActiveSpan()).toBe(lab.spans[0]);
    });
  });
});

function handle<R = void>(
  lab: Lab,
  messages: readonly IncomingMessage[],
  handler: () => R = () => undefined as R,
): R {
  return lab.instrumenter.process({ messages, batch: true }, handler);
}

/** A message that was created in a span of its own. */
function created(index: number, init: Parameters<typeof incoming>[0] = {}): IncomingMessage {
  return incoming({ headers: { traceparent: traceparent(traceId, id(index)) }, ...init });
}

function id(index: number): string {
  return (index + 1).toString(16).padStart(spanId.length, '0');
}

function linkedTo(lab: Lab): (string | undefined)[] {
  const batch = lab.spans.find(({ attributes }) => 'messaging.batch.message_count' in attributes);
  return (batch?.links ?? []).map((link) => link.context.spanId);
}
