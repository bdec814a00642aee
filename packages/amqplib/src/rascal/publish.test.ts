import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { context, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { delivered } from '../../test/fake-channel.ts';
import { FakeBroker, FakeCallbackBroker, traceFakeBroker } from '../../test/fake-rascal-broker.ts';

beforeAll(() => {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
});
afterAll(() => context.disable());

const written = { traceparent: expect.any(String), waybill: expect.any(String) };

describe('the span of a publish', () => {
  it.each<[string, unknown[], string]>([
    ['the key of the configuration', ['shop', 'one'], 'publish shop:created'],
    ['the key that the call gives', ['shop', 'one', 'shipped'], 'publish shop:shipped'],
    ['the key among overrides', ['shop', 'one', { routingKey: 'shipped' }], 'publish shop:shipped'],
    ['no key', ['keyless', 'one'], 'publish shop'],
  ])('has the exchange and %s in its name', async (_what, args, name) => {
    const { broker, spans } = traceFakeBroker(new FakeBroker());
    await broker.publish(...args);
    broker.session.emit('success', 'm-1');

    expect(spans.each.all.map((span) => span.name)).toEqual([name]);
  });

  it('has the key of the message that is forwarded, where the configuration has none', async () => {
    const { broker, spans } = traceFakeBroker(new FakeBroker());
    await broker.forward('keyless', delivered(1, { rascal: {} }));
    broker.session.emit('success', 'm-1');

    spans.named('publish shop:orders').toHaveSucceeded();
  });

  it.each<[string, unknown[], [string, string] | undefined]>([
    ['success', ['m-1'], undefined],
    ['error', [new RangeError('nacked'), 'm-1'], ['RangeError', 'nacked']],
    ['close', ['m-1'], ['Error', 'connection closed']],
  ])('ends with the event %s, of which the application hears', async (event, about, failure) => {
    const { broker, spans } = traceFakeBroker(new FakeBroker());
    await broker.publish('orders', 'one');
    const heard: unknown[][] = [];
    broker.session.on(event, (...given) => heard.push(given));
    spans.named('publish shop:orders').toHaveCount(0);

    expect(broker.session.emit(event, ...about)).toBe(true);
    expect(heard).toEqual([about]);
    const published = spans.named('publish shop:orders');
    if (failure === undefined) published.toHaveSucceeded();
    else published.toHaveFailedWith(...failure);
  });

  it('says why a message was returned', async () => {
    const { broker, spans } = traceFakeBroker(new FakeBroker());
    await broker.publish('orders', 'one', { options: { mandatory: true } });
    broker.session.emit('return', { fields: { replyText: 'NO_ROUTE' } });
    broker.session.emit('success', 'm-1');

    const returned = {
      name: 'waybill.message.returned',
      attributes: { 'waybill.return.reason': 'NO_ROUTE' },
    };
    expect(spans.named('publish shop:orders').toHaveSucceeded().only.events).toEqual([returned]);
  });

  it('fails when the publication is aborted, unless that has a channel already', async () => {
    const { broker, spans } = traceFakeBroker(new FakeBroker());
    broker.session.started = 1_700_000_000_000;
    await broker.publish('orders', 'one');
    broker.session.abort();
    spans.named('publish shop:orders').toHaveCount(0);
    broker.session.started = undefined;
    broker.session.abort();

    spans.named('publish shop:orders').toHaveFailedWith('Error', 'publication aborted');
  });

  it('fails with the call', async () => {
    const { broker, spans } = traceFakeBroker(new FakeBroker());
    broker.failure = new RangeError('unknown publication');
    await expect(broker.publish('orders', 'one')).rejects.toBe(broker.failure);

    spans.named('publish shop:orders').toHaveFailedWith('RangeError', 'unknown publication');
  });

  it('is one, too, where the broker calls back', () => {
    const { broker, spans } = traceFakeBroker(new FakeCallbackBroker());
    const answers: unknown[][] = [];
    expect(broker.publish('shop', 'one', 'shipped', (...answer: unknown[]) => answers.push(answer))).toBe(
      broker,
    );
    broker.session.emit('success', 'm-1');

    expect(answers).toEqual([[null, broker.session]]);
    spans.named('publish shop:shipped').toHaveSucceeded();
  });
});

it('the listeners of a publication run in the context of the call', async () => {
  const { broker } = traceFakeBroker(new FakeBroker());
  const caller = trace.wrapSpanContext({ traceId: '1'.repeat(32), spanId: '2'.repeat(16), traceFlags: 1 });
  await context.with(trace.setSpan(context.active(), caller), () => broker.publish('orders', 'one'));
  const active: unknown[] = [];
  broker.session.on('success', () => active.push(trace.getActiveSpan()));
  broker.session.emit('success', 'm-1');

  expect(active).toEqual([caller]);
});

describe('rascal gets', () => {
  it('what was written beside the headers of the call, and not those of the configuration again', async () => {
    const { broker } = traceFakeBroker(new FakeBroker());
    const overrides = Object.freeze({
      routingKey: 'shipped',
      options: Object.freeze({ priority: 3, headers: Object.freeze({ tenant: 'acme' }) }),
    });
    await broker.publish('labelled', 'one', overrides);

    const options = expect.objectContaining({ priority: 3, headers: { tenant: 'acme', ...written } });
    expect(broker.calls).toEqual([['publish', 'labelled', 'one', { routingKey: 'shipped', options }]]);
  });

  it('no headers beside those of the call where nothing is to be written', async () => {
    const { broker } = traceFakeBroker(new FakeBroker(), { policy: { propagate: false } });
    await broker.publish('orders', 'one', { options: { priority: 3 } });

    const [, , , overrides] = broker.calls[0] as [string, string, string, { options: object }];
    expect(overrides.options).toMatchObject({ priority: 3 });
    expect(Object.keys(overrides.options)).not.toContain('headers');
  });

  it.each<[string, object, boolean]>([
    ['no context that is too large for the least frame', {}, false],
    ['one that fits into the frame of the configuration', { frameMax: 131_072 }, true],
  ])('%s', async (_what, connection, carries) => {
    const { broker } = traceFakeBroker(new FakeBroker(connection));
    await broker.publish('orders', 'one', { options: { headers: { large: 'x'.repeat(4_000) } } });

    const [, , , overrides] = broker.calls[0] as [string, string, string, { options: { headers: object } }];
    expect('traceparent' in overrides.options.headers).toBe(carries);
  });

  it.each<[string, unknown[]]>([
    ['a publication that there is not', ['none', 'one']],
    ['a name that is none', [7, 'one']],
    ['overrides that are none', ['orders', 'one', 7]],
    ['overrides that are null', ['orders', 'one', null]],
    ['a key that is no text', ['shop', 'one', { routingKey: 7 }]],
    ['headers that are none', ['orders', 'one', { options: { headers: 'text' } }]],
    ['more than it takes', ['orders', 'one', {}, 'more']],
  ])('%s as the caller passed it', async (_what, args) => {
    const { broker, spans } = traceFakeBroker(new FakeBroker());
    await broker.publish(...args);

    expect(broker.calls).toEqual([['publish', ...args]]);
    expect(spans.each.count).toBe(0);
  });

  it('a call without the callback that it needs as the caller passed it', () => {
    const { broker, spans } = traceFakeBroker(new FakeCallbackBroker());
    broker.publish('orders', 'one', {});

    expect(broker.calls).toEqual([['publish', 'orders', 'one', {}]]);
    expect(spans.each.count).toBe(0);
  });
});
