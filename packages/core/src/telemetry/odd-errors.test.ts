import { describe, expect, it } from '@jest/globals';
import { SpanStatusCode } from '@opentelemetry/api';
import { FakeOutgoing, incoming, publishing } from '../../test/fake-messages.ts';
import { setUp } from '../../test/telemetry-lab.ts';

const unreadable = (property: string): object =>
  Object.defineProperty(new RangeError('no stock'), property, {
    get() {
      throw new Error(`${property} cannot be read`);
    },
  });

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
  ['an object that cannot be made text', Object.create(null), '_OTHER'],
  ['an error whose name cannot be read', unreadable('name'), '_OTHER'],
  ['an error whose message cannot be read', unreadable('message'), 'RangeError'],
  ['an error whose stack cannot be read', unreadable('stack'), 'RangeError'],
  ['a frozen error', Object.freeze(new RangeError('no stock')), 'RangeError'],
];

describe.each(thrown)('when what is thrown is %s', (_what, value, type) => {
  const failWith = (): never => {
    throw value;
  };

  it('the handler’s caller gets it, and the span ends as failed', async () => {
    const lab = setUp();

    expect(throws(value, () => lab.port.process({ messages: [incoming()], batch: false }, failWith))).toBe(
      true,
    );

    expect(lab.span('process orders')).toMatchObject({
      ended: true,
      status: { code: SpanStatusCode.ERROR },
      attributes: { 'error.type': type },
    });
    const { points } = await lab.metric('messaging.process.duration');
    expect(points).toMatchObject([{ attributes: { 'error.type': type }, value: { count: 1 } }]);
  });

  it('the sender gets it, and every span ends as failed', async () => {
    const lab = setUp();
    const messages = [new FakeOutgoing(), new FakeOutgoing()];

    const call = publishing(messages, { completes: 'sync', invoke: failWith });
    expect(throws(value, () => lab.port.publish(call))).toBe(true);

    expect(lab.spans).toHaveLength(3);
    for (const span of lab.spans) {
      expect(span).toMatchObject({ ended: true, status: { code: SpanStatusCode.ERROR } });
    }
    const { points } = await lab.metric('messaging.client.sent.messages');
    expect(points).toMatchObject([{ attributes: { 'error.type': type }, value: 2 }]);
  });
});

describe('an answer that the adapter cannot read', () => {
  it('leaves the settlement as it is, and ends its span without an error', async () => {
    const lab = setUp();

    const answer = lab.port.settle({
      operation: 'ack',
      destination: 'orders',
      subject: 'orders',
      receipts: ['r-1'],
      batch: true,
      invoke: () => 'odd',
      failures: (): never => {
        throw new TypeError('not the answer of an ack');
      },
    });

    expect(answer).toBe('odd');
    expect(lab.span('ack orders')).toMatchObject({ ended: true, status: { code: SpanStatusCode.UNSET } });
    expect((await lab.metric('messaging.client.operation.duration')).points).toHaveLength(1);
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
