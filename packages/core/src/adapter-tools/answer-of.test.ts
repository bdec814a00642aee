import { describe, expect, it } from '@jest/globals';
import { captureWarnings } from '../../test/test-bed.ts';
import { answerOf } from './answer-of.ts';

type Callback = (error: unknown, answer?: string) => unknown;

/** A client whose methods answer in every way that there is. */
class Client {
  readonly name = 'client';

  async promises(queue: string): Promise<string> {
    if (queue === '') throw new RangeError('no queue');
    return `${this.name} ${queue}`;
  }

  calls(queue: string, callback?: Callback, ..._more: unknown[]): this {
    if (queue === '') callback?.(new RangeError('no queue'));
    else callback?.(null, `${this.name} ${queue}`);
    return this;
  }

  refuses(): never {
    throw new TypeError('refused');
  }
}

/** What was told, in its order, of the call and of the application. */
function setUp() {
  const told: unknown[] = [];
  const client = new Client();
  const call = <R>(method: (...args: never[]) => R, ...args: unknown[]): R =>
    answerOf(client, method, args, (failure, answer) => told.push(['settled', failure?.error, answer]));
  const callback = (...answer: unknown[]): void => void told.push(['callback', ...answer]);
  return { told, client, call, callback };
}

describe('the answer of a call', () => {
  it('is that of its promise, told before the application gets it', async () => {
    const { told, client, call } = setUp();
    const answer = await call(client.promises, 'orders');
    told.push(answer);

    expect(told).toEqual([['settled', undefined, 'client orders'], 'client orders']);
  });

  it('is why its promise was rejected, which it still is', async () => {
    const { told, client, call } = setUp();

    await expect(call(client.promises, '')).rejects.toThrow('no queue');
    expect(told).toEqual([['settled', new RangeError('no queue'), undefined]]);
  });

  it('is that of its callback, told before the application is, wherever it stands', () => {
    const { told, client, call, callback } = setUp();

    expect(call(client.calls, 'orders', callback, 'more')).toBe(client);
    expect(told).toEqual([
      ['settled', undefined, 'client orders'],
      ['callback', null, 'client orders'],
    ]);
  });

  it('is that of its last function, where it takes several', () => {
    const { told, call, callback } = setUp();
    const consumes = (_onMessage: Callback, answered: Callback): void => void answered(null, 'consuming');
    call(consumes, () => undefined, callback);

    expect(told).toEqual([
      ['settled', undefined, 'consuming'],
      ['callback', null, 'consuming'],
    ]);
  });

  it('is the error that its callback gets', () => {
    const { told, client, call, callback } = setUp();
    call(client.calls, '', callback);

    expect(told).toEqual([
      ['settled', new RangeError('no queue'), undefined],
      ['callback', new RangeError('no queue')],
    ]);
  });

  it('is what it throws', () => {
    const { told, client, call, callback } = setUp();

    expect(() => call(client.refuses, callback)).toThrow('refused');
    expect(told).toEqual([['settled', new TypeError('refused'), undefined]]);
  });

  it('is told once, also where the client answers in both ways', async () => {
    const { told, client, call, callback } = setUp();
    const both = async (answered: Callback): Promise<string> => {
      answered(null, 'called');
      return 'promised';
    };

    expect(await call(both, callback)).toBe('promised');
    expect(told.filter((entry) => Array.isArray(entry) && entry[0] === 'settled')).toEqual([
      ['settled', undefined, 'called'],
    ]);
    expect(client.name).toBe('client');
  });

  it('is not told where there is neither a promise nor a callback', () => {
    const { told, client, call } = setUp();

    expect(call(client.calls, 'orders')).toBe(client);
    expect(told).toEqual([]);
  });

  it('reaches the application also where taking it fails, which is reported', async () => {
    const warnings = captureWarnings();
    const client = new Client();
    const answer = await answerOf(client, client.promises, ['orders'], () => {
      throw new Error('of telemetry');
    });

    expect(answer).toBe('client orders');
    expect(warnings).toEqual([expect.stringContaining('Tracing an answer failed')]);
  });
});
