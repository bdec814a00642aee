import { describe, expect, it } from '@jest/globals';
import { validatePolicy } from '@waybill/core';
import { mistakenPolicies, rightPolicies } from '@waybill/policy-tables';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import schema from '../schema/waybill.policy.json' with { type: 'json' };

const validate = new Ajv2020({ strict: true, allowUnionTypes: true }).compile(schema);

describe('the JSON Schema', () => {
  it.each(mistakenPolicies)('refuses $policy, as the validator does', ({ policy }) => {
    expect(validatePolicy(policy)).not.toEqual([]);
    expect(validate(policy)).toBe(false);
  });

  it.each(rightPolicies)('takes %j, as the validator does', (policy) => {
    expect(validatePolicy(policy)).toEqual([]);
    expect(validate(policy)).toBe(true);
  });

  it('says the same as the validator of any policy', () => {
    fc.assert(
      fc.property(anyPolicy, (policy) => {
        expect(validate(policy)).toBe(validatePolicy(policy).length === 0);
      }),
      { numRuns: 3_000 },
    );
  });

  it('lets a file name it', () => {
    expect(validate({ $schema: './waybill.policy.json', linkAfter: '1m' })).toBe(true);
  });
});

const odd = fc.constantFrom(
  null,
  true,
  false,
  0,
  -1,
  1.5,
  '',
  'auto',
  'link',
  '1m',
  '1 m',
  '01.5h',
  [],
  [''],
  ['a'],
  {},
);

/** A value that is likely to be right, and may not be. */
function mostly<T>(right: fc.Arbitrary<T>): fc.Arbitrary<unknown> {
  return fc.oneof({ arbitrary: right, weight: 9 }, { arbitrary: odd, weight: 1 });
}

const flag = mostly(fc.boolean());
const keys = mostly(fc.array(fc.constantFrom('tenant.id', 'user.*', '*', ''), { maxLength: 2 }));
const headers = fc.constantFrom(
  'traceparent',
  'ce_traceparent',
  'Diagnostic-Id',
  'a b',
  'TraceState',
  'waybill',
  'x:y',
  'é',
);
const templates = fc.stringMatching(/^[ab.{}]{0,8}$/);

const ruleFields: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  relation: mostly(fc.constantFrom('auto', 'parent', 'link', 'ambient', 'none')),
  linkAfter: mostly(fc.oneof(fc.nat(), fc.constantFrom('1m', '0.5s', '500ms', '7d', '1.h', '-1s', '1M'))),
  late: mostly(fc.constantFrom('link', 'ambient')),
  retries: mostly(fc.constantFrom('same', 'link')),
  ageFrom: mostly(fc.constantFrom('published', 'due')),
  trust: mostly(fc.constantFrom('trusted', 'untrusted')),
  baggage: mostly(fc.record({ accept: keys, send: keys }, { requiredKeys: [] })),
  spans: flag,
  propagate: flag,
  unsampled: mostly(fc.constantFrom('span', 'pass-on')),
  accept: mostly(fc.array(headers, { maxLength: 3 })),
  envelope: mostly(
    fc.oneof(
      fc.constantFrom('sns', 'auto'),
      fc.record(
        { format: mostly(fc.constant('sns')), maxBytes: mostly(fc.nat({ max: 3 })) },
        { requiredKeys: [] },
      ),
    ),
  ),
  name: mostly(fc.oneof(templates, fc.constant('orders.{id}'))),
  carrier: mostly(fc.record({ baggage: flag, waybill: flag }, { requiredKeys: [] })),
};

const rule = fc.record(ruleFields, { requiredKeys: [] });
const names = fc.constantFrom('orders', 'kafka:orders', 'reports.*', '*', '?', '', 'kafka:', ':', 'a:b:c');

const anyPolicy = fc
  .record(
    {
      ...ruleFields,
      enabled: flag,
      queues: mostly(fc.dictionary(names, mostly(rule), { maxKeys: 3 })),
      unknown: odd,
    },
    { requiredKeys: [] },
  )
  .map(({ unknown, ...policy }) =>
    unknown === undefined || Object.keys(policy).length % 5 > 0 ? policy : { ...policy, unknown },
  );
