import { runInNewContext } from 'node:vm';
import { describe, expect, it } from '@jest/globals';
import { SpanStatusCode } from '@opentelemetry/api';
import { FakeOutgoing, incoming, publishing } from '../../test/fake-messages.ts';
import { setUp } from '../../test/test-bed.ts';

const unreadable = (property: string): object =>
  Object.defineProperty(new RangeError('no stock'), property, {
    get() {
      throw new Error(`${property} cannot be read`);
    },
  });

const shared = { id: 7 };

/** What may be thrown, and what spans and metrics call it. */
const thrown: readonly [what: string, value: unknown, type: string][] = [
  ['an error', new RangeError('no stock'), 'RangeError'],
  ['text', 'no stock', '_OTHER'],
  ['nothing', undefined, '_OTHER'],
  ['null', null, '_OTHER'],
  ['a symbol', Symbol('no stock'), '_OTHER'],
  ['a number', 0, '_OTHER'],
  ['an error without a name', Object.assign(new Error('no stock'), { name: '' }), '_OTHER'],
  ['an error whose name is no text', Object.assign(new Error('no stock'), { name: 5 }), '_OTHER'],
  ['an object that is no error but has a name', { name: 'AbortError' }, 'AbortError'],
  ['an object whose name is that of a customer', { name: 'customer-4711' }, '_OTHER'],
  ['an object whose name is a text', { name: 'a'.repeat(129) }, '_OTHER'],
  [
    'an error of a service',
    { name: 'AWS.SimpleQueueService.NonExistentQueue' },
    'AWS.SimpleQueueService.NonExistentQueue',
  ],
  ['an object that cannot be made text', Object.create(null), '_OTHER'],
  ['an error whose name cannot be read', unreadable('name'), '_OTHER'],
  ['an error whose message cannot be read', unreadable('message'), 'RangeError'],
  ['an error whose stack cannot be read', unreadable('stack'), 'RangeError'],
  ['a frozen error', Object.freeze(new RangeError('no stock')), 'RangeError'],
];

describe.each(thrown)('if %s is thrown', (_what, value, type) => {
  const failWith = (): never => {
    throw value;
  };

  it('the caller of the handler gets it, and the span ends as failed', async () => {
    const testBed = setUp();

    expect(
      throws(value, () => testBed.instrumenter.process({ messages: [incoming()], batch: false }, failWith)),
    ).toBe(true);

    expect(testBed.span('process orders')).toMatchObject({
      ended: true,
      events: [{ name: 'exception' }],
      status: { code: SpanStatusCode.ERROR },
      attributes: { 'error.type': type },
    });
    const { points } = await testBed.metric('messaging.process.duration');
    expect(points).toMatchObject([{ attributes: { 'error.type': type }, value: { count: 1 } }]);
  });

  it('the sender gets it, and every span ends as failed', async () => {
    const testBed = setUp();
    const messages = [new FakeOutgoing(), new FakeOutgoing()];

    const call = publishing(messages, { completes: 'sync', invoke: failWith });
    expect(throws(value, () => testBed.instrumenter.publish(call))).toBe(true);

    expect(testBed.spans).toHaveLength(3);
    for (const span of testBed.spans) {
      expect(span).toMatchObject({ ended: true, status: { code: SpanStatusCode.ERROR } });
    }
    const { points } = await testBed.metric('messaging.client.sent.messages');
    expect(points).toMatchObject([{ attributes: { 'error.type': type }, value: 2 }]);
  });
});

describe('what a span says of', () => {
  const told = (value: unknown): unknown => {
    const testBed = setUp();
    const failWith = (): never => {
      throw value;
    };
    throws(value, () => testBed.instrumenter.process({ messages: [incoming()], batch: false }, failWith));
    const { status, events } = testBed.span('process orders');
    expect(events.map(({ name, attributes }) => [name, attributes?.['exception.message']])).toEqual([
      ['exception', status.message],
    ]);
    return status.message;
  };
  const throwing = (): never => {
    throw new Error('cannot be read');
  };
  const circular: Record<string, unknown> = { code: 7 };
  circular.self = circular;
  const deep = (): object =>
    new Proxy(
      {},
      {
        ownKeys: () => ['a'],
        getOwnPropertyDescriptor: () => ({ enumerable: true, configurable: true }),
        get: (_target, key) => (key === 'a' ? deep() : undefined),
      },
    );
  const { proxy: revoked, revoke } = Proxy.revocable({}, {});
  revoke();

  it.each<[what: string, value: unknown, text: string]>([
    ['an error', new RangeError('no stock'), 'no stock'],
    ['an error of another realm', runInNewContext('new RangeError("no stock")'), 'no stock'],
    ['an error whose message cannot be read', unreadable('message'), '[unreadable]'],
    [
      'an error whose message is no text',
      Object.assign(new Error(), { message: { id: 7 } }),
      '{"message":{"id":7}}',
    ],
    ['an object with a message', { code: 'E_STOCK', message: 'no stock' }, 'no stock'],
    [
      'an object without a message',
      { code: 'E_STOCK', left: [0, 1n, null] },
      '{"code":"E_STOCK","left":[0,"1",null]}',
    ],
    ['an object with what JSON leaves out', { a: undefined, b: throwing, c: [undefined] }, '{"c":[null]}'],
    ['an empty object', {}, '{}'],
    ['a date in an object', { at: new Date(0) }, '{"at":"1970-01-01T00:00:00.000Z"}'],
    ['bytes', Buffer.from([1, 2]), '[1,2]'],
    ['a list', ['no', 'stock'], '["no","stock"]'],
    ['an object without a prototype', Object.assign(Object.create(null), { code: 7 }), '{"code":7}'],
    ['an object in itself', circular, '{"code":7,"self":"[circular]"}'],
    ['an object twice in another', { a: shared, b: shared }, '{"a":{"id":7},"b":{"id":7}}'],
    [
      'an object with a getter that throws',
      {
        id: 7,
        get cause() {
          return throwing();
        },
      },
      '{"id":7,"cause":"[unreadable]"}',
    ],
    ['an object with a toJSON that throws', { toJSON: throwing }, '"[unreadable]"'],
    ['an object with a toJSON that gives nothing', { toJSON: () => undefined }, 'null'],
    ['a proxy that can no longer be read', revoked, '[unreadable]'],
    ['such a proxy in an object', { cause: revoked }, '{"cause":"[unreadable]"}'],
    ['text', 'no stock', 'no stock'],
    ['nothing', undefined, 'undefined'],
    ['a symbol', Symbol('no stock'), 'Symbol(no stock)'],
  ])('%s', (_what, value, text) => {
    expect(told(value)).toBe(text);
  });

  it.each<[what: string, value: object]>([
    ['a long list', Array.from({ length: 1_000_000 }, () => 0)],
    ['a long text in an object', { body: 'x'.repeat(1_000) }],
    ['an object without a bottom', deep()],
    ['many bytes', Buffer.alloc(1_000_000)],
  ])('%s: the first 256 characters', (_what, value) => {
    const text = told(value) as string;
    expect(text).toHaveLength(256);
    expect(text).toMatch(/^[[{].*…$/);
  });

  it('an object with the name and the stack of an error: both', () => {
    const testBed = setUp();
    const value = { name: 'StockError', message: 'no stock', stack: 'StockError: no stock\n at ship' };
    const failWith = (): never => {
      throw value;
    };

    throws(value, () => testBed.instrumenter.process({ messages: [incoming()], batch: false }, failWith));

    expect(testBed.span('process orders').events[0]?.attributes).toEqual({
      'exception.type': 'StockError',
      'exception.message': value.message,
      'exception.stacktrace': value.stack,
    });
  });
});

describe('an answer that the adapter cannot read', () => {
  it('leaves the settlement as it is, and ends its span without an error', async () => {
    const testBed = setUp();

    const answer = testBed.instrumenter.settle({
      operation: 'ack',
      destination: 'orders',
      queueKey: 'orders',
      receipts: ['r-1'],
      batch: true,
      invoke: () => 'odd',
      failures: (): never => {
        throw new TypeError('not the answer of an ack');
      },
    });

    expect(answer).toBe('odd');
    expect(testBed.span('ack orders')).toMatchObject({ ended: true, status: { code: SpanStatusCode.UNSET } });
    expect((await testBed.metric('messaging.client.operation.duration')).points).toHaveLength(1);
  });
});

/** Whether a function throws this very value. Jest's own matchers would read what cannot be read. */
function throws(value: unknown, run: () => unknown): boolean {
  try {
    run();
    return false;
  } catch (error) {
    return Object.is(error, value);
  }
}
