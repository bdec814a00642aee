import { describe, expect, it } from '@jest/globals';
import { trace } from '@opentelemetry/api';
import { FakeOutgoing, incoming, publishing } from '../../test/fake-messages.ts';
import { setUp } from '../../test/test-bed.ts';

type Settle = (value: unknown) => unknown;

/** Something that can be awaited but is no promise: its `then()` answers nothing. */
function bare(start: (resolve: Settle, reject: Settle) => void): Promise<unknown> {
  return Object.defineProperty({}, 'then', {
    value: (...callbacks: [Settle, Settle]) => void start(...callbacks),
  }) as never;
}

const delivery = { messages: [incoming()], batch: false };

describe.each([
  ['without middleware', false],
  ['within middleware', true],
])('a bare thenable that a handler gives %s', (_where, middleware) => {
  const testBedWith = (): ReturnType<typeof setUp> => {
    const testBed = setUp();
    if (middleware) testBed.waybill.use({ consume: (_delivery, next) => next() });
    return testBed;
  };

  it('is awaited, and started once, inside the span', async () => {
    const testBed = testBedWith();
    const inside: unknown[] = [];

    const handled = testBed.instrumenter.process(delivery, () =>
      bare((resolve) => {
        inside.push(trace.getActiveSpan());
        setImmediate(resolve, 'done');
      }),
    );
    const ended = testBed.span('process orders').ended;

    expect(await handled).toBe('done');
    expect(ended).toBe(false);
    expect(inside).toEqual([testBed.span('process orders')]);
    expect(testBed.span('process orders').ended).toBe(true);
  });

  it('fails with its own error', async () => {
    const testBed = testBedWith();
    const error = new RangeError('no stock');

    const handled = testBed.instrumenter.process(delivery, () =>
      bare((_resolve, reject) => setImmediate(reject, error)),
    );

    await expect(handled).rejects.toBe(error);
    expect(testBed.span('process orders').attributes['error.type']).toBe('RangeError');
  });
});

describe('a bare thenable that a client gives', () => {
  it('that resolves twice counts its message once', async () => {
    const testBed = setUp();
    const invoke = (): Promise<unknown> =>
      bare((resolve) => {
        resolve('sent');
        resolve('sent again');
      });

    expect(await testBed.instrumenter.publish(publishing([new FakeOutgoing()], { invoke }))).toBe('sent');

    const { points } = await testBed.metric('messaging.client.sent.messages');
    expect(points.map(({ value }) => value)).toEqual([1]);
  });
});
