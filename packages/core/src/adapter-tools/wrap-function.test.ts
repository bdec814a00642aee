import { describe, expect, it } from '@jest/globals';
import { wrapFunction } from './wrap-function.ts';

describe('a function that stands for another one', () => {
  it('has its name, its number of parameters and its properties', () => {
    const original = Object.assign(function ship(_order: string, _address: string) {}, { retries: 3 });
    const wrapped = wrapFunction(original, (call) => call());

    expect([wrapped.name, wrapped.length, wrapped.retries]).toEqual(['ship', 2, 3]);
  });

  it('calls it with the same this and the same parameters, and returns what the wrapper returns', () => {
    const seen: unknown[] = [];
    const original = function (this: unknown, ...parameters: string[]): string {
      seen.push([this, parameters]);
      return 'shipped';
    };
    const order = {
      ship: wrapFunction(original, (call, parameters) => [call(), parameters] as unknown as string),
    };

    expect(order.ship('one', 'two')).toEqual(['shipped', ['one', 'two']]);
    expect(seen).toEqual([[order, ['one', 'two']]]);
  });

  it('throws what it throws', () => {
    const error = new RangeError('no stock');
    const wrapped = wrapFunction(
      () => {
        throw error;
      },
      (call) => call(),
    );

    expect(wrapped).toThrow(error);
  });

  it('is what was given where that is no function', () => {
    expect(wrapFunction('text' as never, (call) => call())).toBe('text');
  });
});
