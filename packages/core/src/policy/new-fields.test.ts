import { describe, expect, it } from '@jest/globals';
import { nameTemplate } from './name-template.ts';
import { validatePolicy } from './validate-policy.ts';

const propagator = { inject: () => undefined, extract: () => undefined, fields: () => [] };

describe('a policy', () => {
  it('with a propagator and names of headers is refused', () => {
    expect(validatePolicy({ propagator, accept: ['b3'] })).toEqual([
      {
        path: ['propagator'],
        message:
          'policy.propagator: a propagator chooses the headers that are read, so accept has no effect. Leave one of them out.',
      },
    ]);
  });

  it('has its switch at the top alone', () => {
    const [mistake] = validatePolicy({ queues: { orders: { enabled: false } } });

    expect(mistake?.message).toMatch(
      /^policy\.queues\["orders"\]\.enabled is not a known key; its value is false\./,
    );
    expect(mistake?.path).toEqual(['queues', 'orders', 'enabled']);
  });

  it('tells the path to each mistake, for a file to find its line', () => {
    const mistakes = validatePolicy({
      linkAfter: 'soon',
      queues: { 'reports.*': { carrier: { baggage: 1 }, baggage: { accept: 'a' } }, bills: 'parent' },
    });

    expect(mistakes.map(({ path }) => path)).toEqual([
      ['linkAfter'],
      ['queues', 'reports.*', 'baggage', 'accept'],
      ['queues', 'reports.*', 'carrier', 'baggage'],
      ['queues', 'bills'],
    ]);
  });

  it('may say everything at once', () => {
    const rule = {
      relation: 'ambient',
      linkAfter: '5m',
      late: 'ambient',
      retries: 'link',
      ageFrom: 'due',
      trust: 'untrusted',
      baggage: { accept: ['a'], send: [] },
      spans: false,
      propagate: true,
      unsampled: 'pass-on',
      accept: ['traceparent', 'ce_traceparent', 'Diagnostic-Id', 'cloudEvents:traceparent'],
      name: 'orders.{region}.{id}',
      carrier: { baggage: false, waybill: false },
    };

    expect(validatePolicy({ enabled: true, ...rule, queues: { orders: rule } })).toEqual([]);
  });
});

describe('a template', () => {
  it.each<[string, string, boolean]>([
    ['orders.{id}', 'orders.4711', true],
    ['orders.{id}', 'orders.', false],
    ['orders.{id}', 'orders', false],
    ['orders.{id}', 'orders.eu.4711', false],
    ['orders.{id}', 'bills.4711', false],
    ['orders-{id}', 'orders-3f2a-77', true],
    ['{tenant}.orders', 'acme.orders', true],
    ['{tenant}.orders', '.orders', false],
    ['{tenant}:orders/{id}', 'acme:orders/1', true],
    ['{tenant}:orders/{id}', 'a:b:orders/1', false],
    ['a.{x}.b.{y}', 'a.1.b.2', true],
    ['a.{x}.b.{y}', 'a.1.c.2', false],
    ['a{x}a', 'aa', false],
    ['a{x}a', 'aaa', true],
    ['{x}-{y}', 'a-b-c', true],
    ['{x}-{y}', '-b', false],
    ['order(s).{id}', 'order(s).1', true],
  ])('%s for %s: %s', (text, name, expected) => {
    expect(nameTemplate(text).fits(name)).toBe(expected);
  });

  it('takes one look at each character of a hostile name', () => {
    const template = nameTemplate(Array.from({ length: 50 }, (_, index) => `{p${index}}`).join('-'));

    expect(template.fits(`${'-'.repeat(1_000_000)}.`)).toBe(false);
  });
});
