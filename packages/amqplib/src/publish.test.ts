import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { context, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import type { RecordedSpans } from '@waybill/testing';
import type { Options } from 'amqplib';
import { FakeChannel, FakeConfirmChannel, traceFake } from '../test/fake-channel.ts';

const content = Buffer.from('one');

describe('a publish on a channel with confirms', () => {
  it.each<[string, unknown[]]>([
    ['confirms', [null, 'and more']],
    ['refuses', [new Error('message nacked')]],
  ])('tells the caller what amqplib tells: that the broker %s it', (_what, answer) => {
    const { fake, channel } = traceFake(new FakeConfirmChannel());
    const answers: unknown[][] = [];
    channel.publish('', 'orders', content, {}, (...given: unknown[]) => answers.push(given));
    (fake.unconfirmed[0] as (...args: unknown[]) => void)(...answer);

    expect(answers).toEqual([answer]);
  });

  it('passes on what a subclass takes besides', () => {
    const { fake, channel } = traceFake(new FakeConfirmChannel());
    const publish = channel.publish.bind(channel) as (...args: unknown[]) => boolean;
    expect(publish('', 'orders', content, undefined, undefined, 'more')).toBe(true);

    expect(fake.calls[0]?.slice(5)).toEqual(['more']);
  });

  it('gets the caller’s options where headers cannot be read', () => {
    const { fake, channel, spans } = traceFake(new FakeConfirmChannel());
    const headers = {
      get waybill(): never {
        throw new Error('not now');
      },
    };
    channel.sendToQueue('orders', content, { headers, mandatory: true });
    fake.unconfirmed[0]?.(null);

    expect(fake.calls[0]?.[3]).toMatchObject({ mandatory: true });
    spans.named('publish orders').toHaveSucceeded();
  });
});

describe('a mandatory message that comes back', () => {
  it('is noted on the span of its own publish, once it is confirmed', () => {
    const { fake, channel, spans } = traceFake(new FakeConfirmChannel());
    for (let count = 0; count < 3; count += 1) channel.sendToQueue('orders', content, { mandatory: true });
    giveBack(fake, 1);
    for (const confirmed of fake.unconfirmed) confirmed(null);

    const event = { name: 'waybill.message.returned', attributes: { 'waybill.return.reason': 'NO_ROUTE' } };
    expect(eventsOf(spans)).toEqual([[], [event], []]);
  });

  it('is noted where each of several comes back', () => {
    const { fake, channel, spans } = traceFake(new FakeConfirmChannel());
    channel.publish('orders', 'a', content, { mandatory: true });
    channel.publish('orders', 'b', content, { mandatory: true });
    giveBack(fake, 0);
    giveBack(fake, 1);
    for (const confirmed of fake.unconfirmed) confirmed(null);

    expect(eventsOf(spans).map((events) => events.length)).toEqual([1, 1]);
  });

  it('is not ours where it was not mandatory, or was confirmed, or came without headers', () => {
    const { fake, channel, spans } = traceFake(new FakeConfirmChannel());
    channel.sendToQueue('orders', content, { mandatory: false });
    channel.sendToQueue('orders', content, { mandatory: true });
    for (const confirmed of fake.unconfirmed) confirmed(null);
    giveBack(fake, 0);
    giveBack(fake, 1);
    fake.emit('return', { fields: { exchange: '', routingKey: 'orders' }, properties: {} });

    expect(eventsOf(spans)).toEqual([[], []]);
  });

  it('is listened for once, and only where one is mandatory', () => {
    const { fake, channel } = traceFake(new FakeConfirmChannel());
    channel.sendToQueue('orders', content);
    expect(fake.listenerCount('return')).toBe(0);
    for (let count = 0; count < 2; count += 1) channel.sendToQueue('orders', content, { mandatory: true });
    expect(fake.listenerCount('return')).toBe(1);
  });

  it('has no span to be noted on where there are no confirms', () => {
    const { fake, channel } = traceFake(new FakeChannel());
    channel.sendToQueue('orders', content, { mandatory: true });
    expect(fake.listenerCount('return')).toBe(0);
  });
});

describe('a channel of rascal’s pool, whose context is that of whatever waited for it,', () => {
  beforeAll(() => {
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  });
  afterAll(() => {
    context.disable();
    jest.restoreAllMocks();
  });

  it('publishes outside of that context, and warns once', () => {
    const warn = jest.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
    const { fake, channel, spans } = traceFake(Object.assign(new FakeChannel(), { _rascal_id: 'c-1' }));
    inAnotherTrace(() => {
      for (let count = 0; count < 2; count += 1) channel.sendToQueue('orders', content);
    });

    spans.named('publish orders').toHaveCount(2).each.toBeRoot().toHaveLinks(0);
    for (const [index, { spanId }] of spans.each.all.entries()) {
      const headers = expect.objectContaining({ traceparent: expect.stringContaining(spanId) });
      expect(fake.calls[index]?.[3]).toEqual({ headers });
    }
    expect(warn.mock.calls).toEqual([
      [expect.any(String), { type: 'WaybillWarning', code: 'WAYBILL_CHANNEL_POOL' }],
    ]);
  });

  it('publishes what has a context as it is', () => {
    const { fake, channel, spans } = traceFake(Object.assign(new FakeChannel(), { _rascal_id: 'c-1' }));
    const options = { headers: { traceparent: 'of the message' } };
    inAnotherTrace(() => channel.publish('', 'orders', content, options));

    expect(fake.calls[0]?.[3]).toBe(options);
    expect(spans.each.count).toBe(0);
  });

  function inAnotherTrace(run: () => void): void {
    const span = trace.wrapSpanContext({ traceId: '1'.repeat(32), spanId: '2'.repeat(16), traceFlags: 1 });
    context.with(trace.setSpan(context.active(), span), run);
  }
});

/** Gives back a message that was published, as a broker does that cannot route it. */
function giveBack(fake: FakeConfirmChannel, index: number): void {
  const [exchange, routingKey, , options] = fake.calls[index] ?? [];
  const { headers } = options as Options.Publish;
  fake.emit('return', { fields: { exchange, routingKey, replyText: 'NO_ROUTE' }, properties: { headers } });
}

function eventsOf(spans: RecordedSpans): (readonly object[])[] {
  return spans.each.all.map(({ events }) => events);
}
