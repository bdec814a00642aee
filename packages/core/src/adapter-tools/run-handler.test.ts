import { describe, expect, it } from '@jest/globals';
import { incoming } from '../../test/fake-messages.ts';
import { setUp } from '../../test/test-bed.ts';
import type { Instrumenter } from '../seam/instrumenter.ts';
import { runHandler } from './run-handler.ts';

describe('the handler of a message', () => {
  it('runs in the span of the message, which says what becomes of it', async () => {
    const testBed = setUp();
    const error = new Error('no stock');
    const handled = runHandler(
      testBed.instrumenter,
      'orders',
      (destination) => incoming({ destination }),
      () => Promise.reject(error),
      (failure) => (failure?.error === error ? 'retry' : undefined),
    );

    await expect(handled).rejects.toBe(error);

    expect(testBed.span('process orders')).toMatchObject({
      ended: true,
      attributes: { 'waybill.message.outcome': 'retry' },
    });
  });

  it('runs without a span where the message cannot be read, which is reported', () => {
    const testBed = setUp();
    const read = (): never => {
      throw new TypeError('no queue');
    };

    expect(runHandler(testBed.instrumenter, {}, read, () => 'handled')).toBe('handled');

    expect(testBed.spans).toEqual([]);
    expect(testBed.warnings).toEqual([expect.stringContaining('Reading a delivered message failed')]);
  });

  it('runs while there is nothing to do, and the message is not read', () => {
    let reads = 0;
    const read = (): never => {
      reads += 1;
      throw new TypeError('no queue');
    };

    expect(runHandler({ isIdle: true } as Instrumenter, {}, read, () => 'handled')).toBe('handled');

    expect(reads).toBe(0);
  });
});
