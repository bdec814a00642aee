import { expect, it } from '@jest/globals';
import { type Baggage, propagation } from '@opentelemetry/api';
import * as fc from 'fast-check';
import { BaggageEntries } from './baggage-entries.ts';

it('a baggage that was read is copied, never changed', () => {
  const baggage = new BaggageEntries(new Map([['a', { value: '1' }]]));

  expect(baggage.setEntry('b', { value: '2' }).getAllEntries()).toHaveLength(2);
  expect(baggage.removeEntry('a').getAllEntries()).toEqual([]);
  expect(baggage.clear().getAllEntries()).toEqual([]);
  expect(baggage.getAllEntries()).toEqual([['a', { value: '1' }]]);
});

it('a baggage that was read behaves like one of the API', () => {
  const key = fc.constantFrom('a', 'b', 'c', 'd');
  const change = fc.oneof(
    fc.tuple(key, fc.string()).map(
      ([name, value]) =>
        (baggage: Baggage) =>
          baggage.setEntry(name, { value }),
    ),
    key.map((name) => (baggage: Baggage) => baggage.removeEntry(name)),
    fc.array(key).map((names) => (baggage: Baggage) => baggage.removeEntries(...names)),
    fc.constant((baggage: Baggage) => baggage.clear()),
  );
  fc.assert(
    fc.property(fc.array(change), key, (changes, name) => {
      const ours = changes.reduce<Baggage>((baggage, apply) => apply(baggage), new BaggageEntries(new Map()));
      const theirs = changes.reduce((baggage, apply) => apply(baggage), propagation.createBaggage());

      expect(ours.getAllEntries()).toEqual(theirs.getAllEntries());
      expect(ours.getEntry(name)).toEqual(theirs.getEntry(name));
    }),
  );
});

it('a baggage that was read gives copies of its entries', () => {
  const baggage = new BaggageEntries(new Map([['a', { value: '1' }]]));
  const entry = baggage.getEntry('a');
  if (entry) entry.value = 'changed';

  expect(baggage.getEntry('a')).toEqual({ value: '1' });
});
