import { describe, expect, it } from '@jest/globals';
import { FakeOutgoing, incoming, publishing } from '../../test/fake-messages.ts';
import { setUp, type TestBed } from '../../test/test-bed.ts';

const turn = (): Promise<void> => new Promise(setImmediate);
const error = new RangeError('no stock');

/** Runs a handler that fails in the next turn, with middleware around it. Jest fails a test whose rejections stay unhandled. */
function handle(testBed: TestBed, consume: (next: () => unknown) => unknown): Promise<unknown> {
  testBed.waybill.use({ consume: (_delivery, next) => consume(next) });
  return testBed.instrumenter.process({ messages: [incoming()], batch: false }, async () => {
    await turn();
    throw error;
  });
}

describe('consume middleware that does not wait for next', () => {
  it('does not turn a failed delivery into a success', async () => {
    const testBed = setUp();

    const handled = handle(testBed, async (next) => {
      next();
      await turn();
      await turn();
      await turn();
    });

    await expect(handled).rejects.toBe(error);
    await turn();
    await turn();
    expect(testBed.span('process orders').attributes['error.type']).toBe('RangeError');
  });

  it('passes the failure to the caller if it ends first', async () => {
    const testBed = setUp();

    const handled = handle(testBed, async (next) => {
      next();
    });

    await expect(handled).rejects.toBe(error);
  });

  it('does not turn a failure into a success if it calls next later', async () => {
    const testBed = setUp();

    const handled = handle(testBed, async (next) => {
      await turn();
      next();
      await turn();
      await turn();
    });

    await expect(handled).rejects.toBe(error);
    await turn();
    await turn();
  });

  it('gives its own error if it throws', async () => {
    const testBed = setUp();
    const own = new Error('stopped');

    const handled = handle(testBed, async (next) => {
      next();
      throw own;
    });

    await expect(handled).rejects.toBe(own);
    await turn();
    await turn();
  });
});

describe('consume middleware that swallows an error', () => {
  it.each<[how: string, (next: () => Promise<unknown>) => unknown]>([
    [
      'by finally()',
      (next) =>
        next()
          .finally(() => undefined)
          .catch(() => undefined),
    ],
    [
      'by try and catch',
      async (next) => {
        try {
          await next();
        } catch {}
      },
    ],
    ['by catch()', (next) => next().catch(() => 'swallowed')],
    ['by then()', (next) => next().then(undefined, () => 'swallowed')],
    ['by allSettled', (next) => Promise.allSettled([next()])],
  ])('%s, makes the delivery succeed', async (_how, consume) => {
    const testBed = setUp();

    expect(await handle(testBed, (next) => consume(next as () => Promise<unknown>))).toBeUndefined();
    expect(testBed.span('process orders').attributes).not.toHaveProperty('error.type');
  });
});

describe('publish middleware that does not wait for next', () => {
  it('does not turn a refused message into one that was sent', async () => {
    const testBed = setUp();
    testBed.waybill.use({
      async publish(_call, next) {
        next();
        await turn();
      },
    });

    const sent = testBed.instrumenter.publish(
      publishing([new FakeOutgoing()], { invoke: () => Promise.reject(error) }),
    );

    await expect(sent).rejects.toBe(error);
  });
});
