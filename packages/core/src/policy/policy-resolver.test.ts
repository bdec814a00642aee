import { describe, expect, it } from '@jest/globals';
import type { Duration } from './duration.ts';
import type { QueueRule, WaybillPolicy } from './policy.ts';
import { PolicyResolver } from './policy-resolver.ts';
import { globMatcher } from './queue-pattern.ts';
import type { ResolvedRule } from './resolved-rule.ts';

describe('PolicyResolver', () => {
  it.each<[string, string[], string, string, string | undefined]>([
    ['an exact name', ['orders'], 'kafka', 'orders', 'orders'],
    ['another case of the name', ['orders'], 'kafka', 'Orders', undefined],
    ['a part of the name', ['orders'], 'kafka', 'orders.eu', undefined],
    ['a star for any run', ['reports.*'], 'kafka', 'reports.daily.eu', 'reports.*'],
    ['a star for none', ['reports.*'], 'kafka', 'reports.', 'reports.*'],
    ['a dot that is a dot', ['reports.*'], 'kafka', 'reports-daily', undefined],
    ['a question mark for one', ['shard-?'], 'kafka', 'shard-1', 'shard-?'],
    ['a question mark for not none', ['shard-?'], 'kafka', 'shard-', undefined],
    ['a question mark for not two', ['shard-?'], 'kafka', 'shard-10', undefined],
    ['brackets that are brackets', ['a[bc](d|e)+'], 'kafka', 'a[bc](d|e)+', 'a[bc](d|e)+'],
    ['a star over an empty name', ['*'], 'kafka', '', '*'],
    ['a star over nothing that stands before it', ['ab*bc'], 'kafka', 'abc', undefined],

    ['exact over any pattern', ['order*', 'orders', 'orders*'], 'kafka', 'orders', 'orders'],
    ['more letters over a star and a question mark', ['o*?', 'order*'], 'kafka', 'orders', 'order*'],
    ['exact over a pattern with the system', ['kafka:orders*', 'orders'], 'kafka', 'orders', 'orders'],
    ['more letters over fewer', ['*', 'a*', 'ab*', 'abc*'], 'kafka', 'abx', 'ab*'],
    ['more letters, wherever they stand', ['a*', '*xyz'], 'kafka', 'axyz', '*xyz'],
    ['a question mark over a star', ['ab*', 'ab?'], 'kafka', 'abc', 'ab?'],
    ['fewer wildcards over more', ['*ab*', 'ab*'], 'kafka', 'abc', 'ab*'],
    ['the first of equals', ['a*c', 'ab*'], 'kafka', 'abc', 'a*c'],

    ['the system before a name', ['kafka:orders'], 'kafka', 'orders', 'kafka:orders'],
    ['another system', ['kafka:orders'], 'rabbitmq', 'orders', undefined],
    ['the system over no system', ['orders', 'kafka:orders'], 'kafka', 'orders', 'kafka:orders'],
    ['no system where the system differs', ['orders', 'kafka:orders'], 'bullmq', 'orders', 'orders'],
    ['the system with a pattern', ['ord*', 'kafka:ord*'], 'kafka', 'orders', 'kafka:ord*'],
    ['more letters over the system', ['kafka:o*', 'order*'], 'kafka', 'orders', 'order*'],
    ['all of a system', ['*', 'kafka:*'], 'kafka', 'orders', 'kafka:*'],
    ['the whole name of a dotted system', ['aws.sqs:orders'], 'aws.sqs', 'orders', 'aws.sqs:orders'],
    ['the last part of a dotted system', ['sqs:orders'], 'aws.sqs', 'orders', 'sqs:orders'],
    ['the first part of a dotted system', ['aws:orders'], 'aws.sqs', 'orders', undefined],
    ['half of a last part', ['qs:orders'], 'aws.sqs', 'orders', undefined],
    ['a pattern for the system', ['*:orders'], 'kafka', 'orders', undefined],

    ['a name with a colon', ['Shop:Orders'], 'rabbitmq', 'Shop:Orders', 'Shop:Orders'],
    ['a name with colons', ['rabbitmq:Shop:Orders'], 'rabbitmq', 'Shop:Orders', 'rabbitmq:Shop:Orders'],
    ['a name that begins like a system', ['kafka:orders'], 'rabbitmq', 'kafka:orders', 'kafka:orders'],
    ['a pattern with a colon', ['Shop:*'], 'rabbitmq', 'Shop:Orders', 'Shop:*'],
    ['the letters before a colon, too', ['Shop:O*', 'Shop*'], 'rabbitmq', 'Shop:Orders', 'Shop:O*'],
    ['a pattern for the system before the colon', ['Sho*:Orders'], 'rabbitmq', 'Shop:Orders', 'Sho*:Orders'],
  ])('knows %s', (_case, names, system, queueKey, expected) => {
    const rules = new PolicyResolver({
      queues: Object.fromEntries(names.map((name) => [name, marked(name, names)])),
    });

    const { linkAfter } = rules.ruleFor(system, queueKey);

    expect(names[linkAfter - 1]).toBe(expected);
  });

  it('does not depend on the order of the names', () => {
    const names = ['*', 'kafka:*', 'o*', 'orders', 'kafka:orders', 'orders*'];
    const found = [names, [...names].reverse()].map((order) => {
      const rules = new PolicyResolver({
        queues: Object.fromEntries(order.map((name) => [name, marked(name, names)])),
      });
      return ['orders', 'orders-eu', 'other', 'x'].map(
        (queueKey) => rules.ruleFor('kafka', queueKey).linkAfter,
      );
    });

    expect(found[0]).toEqual(found[1]);
  });

  it.each([
    ['many stars', `${'*a'.repeat(2_000)}b`, 'a'.repeat(20_000)],
    ['many stars that match', '*'.repeat(5_000), 'a'.repeat(20_000)],
    ['stars and question marks', `${'*?'.repeat(5_000)}b`, 'a'.repeat(20_000)],
  ])('matches a pathological pattern of %s in time', (_case, glob, name) => {
    expect(globMatcher(glob)(name)).toBe(!glob.endsWith('b'));
  });
});

describe('a rule', () => {
  it('has the defaults of Waybill if it is empty', () => {
    const rule = resolved({}, {});

    expect(rule).toMatchObject({ relation: 'auto', linkAfter: 60_000, trust: 'trusted' });
    expect(rule.accepts).toBeUndefined();
    expect(rule.sends).toBeUndefined();
  });

  it('takes what it leaves out from the default', () => {
    const defaults: QueueRule = {
      relation: 'link',
      linkAfter: '5s',
      trust: 'untrusted',
      baggage: { accept: ['a'], send: ['b'] },
    };

    const rule = resolved(defaults, { linkAfter: '7s', baggage: { send: ['c'] } });

    expect(rule).toMatchObject({ relation: 'link', linkAfter: 7_000, trust: 'untrusted' });
    expect(['a', 'b', 'c'].filter((key) => rule.accepts?.(key))).toEqual(['a']);
    expect(['a', 'b', 'c'].filter((key) => rule.sends?.(key))).toEqual(['c']);
  });

  it('overrides the default', () => {
    const relation = (): 'parent' => 'parent';
    const rule = resolved(
      { relation: 'link', linkAfter: '5s', trust: 'untrusted', baggage: { accept: ['a'] } },
      { relation, linkAfter: 0, trust: 'trusted', baggage: { accept: ['b'] } },
    );

    expect(rule).toMatchObject({ relation, linkAfter: 0, trust: 'trusted' });
    expect(['a', 'b'].filter((key) => rule.accepts?.(key))).toEqual(['b']);
  });

  it('accepts no baggage of untrusted senders by default', () => {
    expect(resolved({}, { trust: 'untrusted' }).accepts?.('tenant.id')).toBe(false);
    expect(
      resolved({}, { trust: 'untrusted', baggage: { accept: ['tenant.*'] } }).accepts?.('tenant.id'),
    ).toBe(true);
  });

  it('has a fallback without a function, the default of the policy', () => {
    const fails = (): never => {
      throw new Error('no');
    };

    expect(resolved({ linkAfter: '5s' }, { relation: fails, linkAfter: '9s' }).fallback).toMatchObject({
      relation: 'auto',
      linkAfter: 5_000,
    });
    expect(resolved({ relation: 'link' }, { relation: fails }).fallback.relation).toBe('link');
    expect(resolved({ relation: fails }, {}).fallback.relation).toBe('auto');
  });

  it('is a copy: a later change of the policy has no effect', () => {
    const queues: Record<string, { linkAfter: Duration }> = { orders: { linkAfter: '5s' } };
    const rules = new PolicyResolver({ queues });

    queues.orders = { linkAfter: '9s' };

    expect(rules.ruleFor('kafka', 'orders').linkAfter).toBe(5_000);
  });
});

/** A rule that can be told from the others by its number, from 1. */
function marked(name: string, names: readonly string[]): QueueRule {
  return { linkAfter: names.indexOf(name) + 1 };
}

function resolved(defaults: WaybillPolicy, rule: QueueRule): ResolvedRule {
  return new PolicyResolver({ ...defaults, queues: { orders: rule } }).ruleFor('kafka', 'orders');
}
