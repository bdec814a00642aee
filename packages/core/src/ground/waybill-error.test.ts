import { describe, expect, it, jest } from '@jest/globals';
import { createWaybill, WaybillError } from '../index.ts';

describe('WaybillError', () => {
  it('is an error with a code, a message, a name and a cause', () => {
    const cause = new RangeError('no stock');
    const error = new WaybillError('WAYBILL_EARLIER_MESSAGE_FAILED', 'held back', { cause });

    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({
      name: 'WaybillError',
      code: 'WAYBILL_EARLIER_MESSAGE_FAILED',
      message: 'held back [WAYBILL_EARLIER_MESSAGE_FAILED]',
      cause,
    });
    expect(error.stack).toMatch(/^WaybillError: held back|^Error: held back/);
  });

  it('is an instance for another copy of the package, such as ESM beside CommonJS', async () => {
    jest.resetModules();
    const copy = await import('../index.ts');
    expect(copy.WaybillError).not.toBe(WaybillError);

    expect(thrownBy(() => copy.createWaybill({ clock: 5 as never })) instanceof WaybillError).toBe(true);
    expect(thrownBy(() => createWaybill({ clock: 5 as never })) instanceof copy.WaybillError).toBe(true);
  });

  it.each([
    ['another error', new Error('no')],
    ['an error that only has the name', Object.assign(new Error('no'), { name: 'WaybillError' })],
    ['nothing', undefined],
    ['null', null],
    ['text', 'WaybillError'],
  ])('is not %s', (_what, value) => {
    expect(value instanceof WaybillError).toBe(false);
  });

  it('is no instance of a subclass', () => {
    class QueueError extends WaybillError {}

    expect(new QueueError('WAYBILL_INVALID_CONFIGURATION', 'no') instanceof WaybillError).toBe(true);
    expect(new QueueError('WAYBILL_INVALID_CONFIGURATION', 'no') instanceof QueueError).toBe(true);
    expect(new WaybillError('WAYBILL_INVALID_CONFIGURATION', 'no') instanceof QueueError).toBe(false);
  });

  it('has no extra property in logs', () => {
    expect(Object.keys(new WaybillError('WAYBILL_INVALID_CONFIGURATION', 'no')).sort()).toEqual([
      'code',
      'name',
    ]);
  });
});

function thrownBy(run: () => unknown): unknown {
  try {
    return run();
  } catch (error) {
    return error;
  }
}
