import { describe, expect, it } from '@jest/globals';
import { copyWith } from './copy-with.ts';

class Order {
  headers?: object;
  readonly #id = 7;
  get body(): string {
    return `order ${this.#id}`;
  }
}

describe('copyWith', () => {
  it('changes the copy and not the object, which may be frozen', () => {
    const object = Object.freeze({ body: 'one', headers: {} });
    expect(copyWith(object, { headers: { a: 1 } })).toEqual({ body: 'one', headers: { a: 1 } });
    expect(object).toEqual({ body: 'one', headers: {} });
  });

  it('reads what an instance of a class has on its prototype and in private fields', () => {
    const { body, headers } = copyWith(new Order(), { headers: { a: 1 } });
    expect({ body, headers }).toEqual({ body: 'order 7', headers: { a: 1 } });
  });

  it('reads what is inherited from another object', () => {
    const { body } = copyWith(Object.create({ body: 'one' }) as { body: string; headers?: object }, {});
    expect(body).toBe('one');
  });

  it('lists what the object lists', () => {
    expect(Object.keys(copyWith(new Order(), { headers: {} }))).toEqual(['headers']);
    expect(Object.keys(copyWith(Object.create({ body: 'one' }), {}))).toEqual([]);
    expect(Object.keys(copyWith(Object.assign(Object.create(null), { body: 'one' }), {}))).toEqual(['body']);
  });

  it('does not call a getter that is not read', () => {
    const broken = {
      get broken(): never {
        throw new Error('not now');
      },
      body: 'one',
    };
    for (const object of [broken, Object.create(broken) as typeof broken]) {
      const copy = copyWith(object, { body: 'two' });
      expect(copy.body).toBe('two');
      expect(() => copy.broken).toThrow('not now');
    }
  });
});
