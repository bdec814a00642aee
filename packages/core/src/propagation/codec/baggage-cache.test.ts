import { describe, expect, it } from '@jest/globals';
import { type Baggage, propagation } from '@opentelemetry/api';
import { MemoryBudget } from '../../ground/memory-budget.ts';
import { BaggageCache } from './baggage-cache.ts';

describe('the baggage cache', () => {
  it('gives the same object for an equal header that came twice in a row', () => {
    const budget = new MemoryBudget();
    const memory = new BaggageCache(budget);
    const parse = (): unknown => memory.parse('tenant.id=acme,plan=gold', undefined).baggage;
    parse();
    expect(budget.used).toBe(0);
    const second = parse();

    expect(parse()).toBe(second);
    expect(budget.used).toBeGreaterThan(300);
    expect(memory.parse(Buffer.from('tenant.id=acme,plan=gold'), undefined).baggage).toBe(second);
  });

  it('gives objects that cannot be changed', () => {
    const memory = new BaggageCache(new MemoryBudget());
    const parse = (): Baggage | undefined => memory.parse('tenant.id=shared', undefined).baggage;
    const [, , third] = [parse(), parse(), parse()];
    for (const [, entry] of third?.getAllEntries() ?? []) entry.value = 'other';
    third?.setEntry('tenant.id', { value: 'other' });

    expect(parse()?.getEntry('tenant.id')?.value).toBe('shared');
  });

  it('reads a forgotten header again', () => {
    const memory = new BaggageCache(new MemoryBudget(65_536));
    const parse = (tenant: number): unknown => memory.parse(`tenant.id=${tenant}`, undefined).baggage;
    parse(0);
    const first = parse(0);
    for (let tenant = 1; tenant < 1_000; tenant++) {
      parse(tenant);
      parse(tenant);
    }

    expect(parse(0)).not.toBe(first);
    expect(parse(0)).toEqual(first);
  });

  it('keeps no header of more than 256 characters, and none with keys that were left out', () => {
    const budget = new MemoryBudget();
    const memory = new BaggageCache(budget);
    for (let time = 0; time < 3; time++) {
      expect(memory.parse(`a=${'x'.repeat(255)}`, undefined).baggage?.getEntry('a')?.value).toHaveLength(255);
      expect(memory.parse('a=1,b=2', (key) => key === 'a').baggage?.getAllEntries()).toHaveLength(1);
    }

    expect(budget.used).toBe(0);
    expect(memory.parse('a=1,b=2', undefined).baggage?.getAllEntries()).toHaveLength(2);
  });

  it('writes its own baggage and that of the API from the cache, and any other each time', () => {
    const memory = new BaggageCache(new MemoryBudget());
    const ours = propagation.createBaggage({ tenant: { value: 'acme' } });
    const format = (baggage: Baggage): unknown => memory.format(baggage, undefined);
    format(ours);
    const second = format(ours);
    expect(format(ours)).toBe(second);

    let value = 'one';
    const changing = { ...ours, getAllEntries: () => [['key', { value }]] } as unknown as Baggage;
    expect([format(changing), format(changing)]).toEqual(Array(2).fill({ header: 'key=one', dropped: 0 }));
    value = 'two';
    expect(format(changing)).toEqual({ header: 'key=two', dropped: 0 });
  });
});
