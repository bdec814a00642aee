import { describe, expect, it } from '@jest/globals';
import { nameTemplate } from './name-template.ts';
import { validatePolicy } from './validate-policy.ts';

const templates =
  "Write 'orders.{id}', with {…} for each segment that differs and something between two of them.";
const names = "Write ['traceparent', 'ce_traceparent'], the first one that is to be read first.";
const propagator = { inject: () => undefined, extract: () => undefined, fields: () => [] };

describe('a policy', () => {
  it.each<[object, string]>([
    [{ enabled: 'no' }, 'policy.enabled: "no" is unknown. Write true or false.'],
    [{ late: 'parent' }, `policy.late: "parent" is unknown. Write 'link' or 'ambient'.`],
    [{ retries: 2 }, "policy.retries: 2 is unknown. Write 'same' or 'link'."],
    [{ spans: 'off' }, 'policy.spans: "off" is unknown. Write true or false.'],
    [{ propagate: null }, 'policy.propagate: null is unknown. Write true or false.'],
    [{ unsampled: 'drop' }, `policy.unsampled: "drop" is unknown. Write 'span' or 'pass-on'.`],
    [{ accept: 'traceparent' }, `policy.accept: "traceparent" is not a list of header names. ${names}`],
    [{ accept: [] }, `policy.accept: [] is not a list of header names. ${names}`],
    [{ accept: ['a b'] }, `policy.accept: ["a b"] is not a list of header names. ${names}`],
    [
      { accept: ['traceparent', 'Baggage'] },
      `policy.accept: "Baggage" holds no trace context in the format of traceparent. ${names}`,
    ],
    [
      { propagator: 'b3' },
      'policy.propagator: "b3" is not a TextMapPropagator. Write new B3Propagator(), for instance, in code.',
    ],
    [
      { propagator, accept: ['b3'] },
      'policy.propagator: a propagator chooses the headers that are read, so accept has no effect. Leave one of them out.',
    ],
    [{ name: 'orders' }, `policy.name: "orders" is not a template. ${templates}`],
    [{ name: 'orders.{}' }, `policy.name: "orders.{}" is not a template. ${templates}`],
    [{ name: 'orders.{id' }, `policy.name: "orders.{id" is not a template. ${templates}`],
    [{ name: '{a}{b}' }, `policy.name: "{a}{b}" is not a template. ${templates}`],
    [{ name: 5 }, `policy.name: 5 is not a template. ${templates}`],
    [
      { envelope: 5 },
      "policy.envelope: 5 is not a format. Write 'auto' or { format: 'auto', maxBytes: 65536 }.",
    ],
    [{ envelope: { maxBytes: 10 } }, "policy.envelope.format: undefined is not a format. Write 'auto'."],
    [
      { envelope: { format: 'sns', maxBytes: 0 } },
      'policy.envelope.maxBytes: 0 is not a whole number of bytes from 1. Write 65536.',
    ],
    [{ carrier: false }, 'policy.carrier: false is not an object. Write { baggage: false }.'],
    [{ carrier: { waybill: 'no' } }, 'policy.carrier.waybill: "no" is unknown. Write true or false.'],
    [
      { carrier: { tracestate: false } },
      'policy.carrier.tracestate is not a known key; its value is false. Use one of baggage, waybill.',
    ],
  ])('with %j is refused', (policy, message) => {
    expect(validatePolicy(policy).map((mistake) => mistake.message)).toEqual([message]);
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
