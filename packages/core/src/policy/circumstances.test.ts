import { expect, it } from '@jest/globals';
import { type IncomingInit, incoming, spanId, traceId } from '../../test/fake-messages.ts';
import {
  type Circumstances,
  type DecisionInput,
  decideRelation,
  type RelationReason,
} from './decide-relation.ts';
import type { QueueRule, Relation } from './policy.ts';
import { resolveRule } from './resolve-rule.ts';

const now = 1_700_000_000_000;
const late = { sentAt: now - 3_600_000 };
const inSpan: Circumstances = { isInSpan: true, attempt: undefined };
const outside: Circumstances = { isInSpan: false, attempt: undefined };
const second: Circumstances = { isInSpan: true, attempt: 2 };

it.each<[string, QueueRule, Partial<DecisionInput>, Circumstances, Relation, RelationReason]>([
  ['ambient in a span', { relation: 'ambient' }, {}, inSpan, 'ambient', 'rule'],
  ['ambient outside of spans', { relation: 'ambient' }, {}, outside, 'link', 'no-ambient'],
  [
    'ambient, and the message has no context',
    { relation: 'ambient' },
    { spanContext: undefined },
    inSpan,
    'ambient',
    'no-context',
  ],
  [
    'ambient, and the context of the message cannot be read',
    { relation: 'ambient' },
    { spanContext: undefined, malformed: true },
    inSpan,
    'ambient',
    'malformed',
  ],
  [
    'ambient outside of spans without a context',
    { relation: 'ambient' },
    { spanContext: undefined },
    outside,
    'none',
    'no-context',
  ],
  [
    'ambient from an untrusted sender, whose trace is not continued',
    { relation: 'ambient', trust: 'untrusted' },
    {},
    inSpan,
    'ambient',
    'rule',
  ],
  [
    'ambient, and the sender requests a parent',
    { relation: 'ambient' },
    { requestedRelation: 'parent' },
    inSpan,
    'ambient',
    'rule',
  ],
  [
    'a function is invoked with it, inside the span of the invocation',
    {},
    { message: incoming({ isInvocation: true }) },
    inSpan,
    'ambient',
    'invocation',
  ],
  [
    'a function is invoked with it, and a rule names a relation',
    { relation: 'auto' },
    { message: incoming({ isInvocation: true }) },
    inSpan,
    'parent',
    'fresh',
  ],
  [
    'a function is invoked with it, outside of spans',
    {},
    { message: incoming({ isInvocation: true }) },
    outside,
    'parent',
    'fresh',
  ],
  [
    'a function is invoked with it, and it has no context',
    {},
    { message: incoming({ isInvocation: true }), spanContext: undefined },
    inSpan,
    'ambient',
    'no-context',
  ],
  ['a function that says ambient', { relation: () => 'ambient' }, {}, inSpan, 'ambient', 'rule'],
  ['auto that is fresh', { late: 'ambient' }, {}, inSpan, 'parent', 'fresh'],
  ['auto that is late', { late: 'ambient' }, late, inSpan, 'ambient', 'late'],
  ['auto that is late, outside of spans', { late: 'ambient' }, late, outside, 'link', 'late'],
  ['auto that is late and links', {}, late, inSpan, 'link', 'late'],
  [
    'late: ambient is for what is late, not for what is recurring',
    { late: 'ambient' },
    { message: incoming({ recurring: true }) },
    inSpan,
    'link',
    'recurring',
  ],
  ['a second delivery', { retries: 'link' }, {}, second, 'link', 'retry'],
  ['a first delivery', { retries: 'link' }, {}, { isInSpan: false, attempt: 1 }, 'parent', 'fresh'],
  ['a delivery that is not counted', { retries: 'link' }, {}, outside, 'parent', 'fresh'],
  ['a second delivery, as the first', { retries: 'same' }, {}, second, 'parent', 'fresh'],
  ['a second delivery of a parent', { relation: 'parent', retries: 'link' }, {}, second, 'link', 'retry'],
  ['a second delivery of ambient', { relation: 'ambient', retries: 'link' }, {}, second, 'link', 'retry'],
  ['a second delivery of none', { relation: 'none', retries: 'link' }, {}, second, 'none', 'rule'],
])('%s', (_when, rule, arrived, circumstances, relation, reason) => {
  const arrival: DecisionInput = {
    message: incoming(),
    spanContext: { traceId, spanId, traceFlags: 1, isRemote: true },
    malformed: false,
    repeated: false,
    sentAt: now - 1_000,
    sentAtSource: 'waybill',
    requestedRelation: undefined,
    journeyId: traceId,
    ...arrived,
  };

  expect(decideRelation(arrival, resolveRule(rule, {}), now, circumstances)).toMatchObject({
    relation,
    reason,
  });
});

it('says the threshold only where the age decided', () => {
  const arrival = { ...late, message: incoming(), spanContext: { traceId, spanId, traceFlags: 1 } };
  const decide = (rule: QueueRule): number | undefined =>
    decideRelation(arrival as DecisionInput, resolveRule(rule, {}), now).linkAfter;

  expect(decide({ linkAfter: '2h' })).toBe(7_200_000);
  expect(decide({ linkAfter: '30s' })).toBe(30_000);
  expect(decide({ relation: 'parent' })).toBeUndefined();
});

it('falls back to what the default says of late messages where a function fails', () => {
  const arrival = { ...late, message: incoming(), spanContext: { traceId, spanId, traceFlags: 1 } };
  const fails = (): never => {
    throw new Error('no such tenant');
  };
  const rule = resolveRule({ relation: fails, late: 'link', linkAfter: '9h' }, { late: 'ambient' });

  expect(decideRelation(arrival as DecisionInput, rule, now, inSpan)).toMatchObject({
    relation: 'ambient',
    reason: 'late',
    linkAfter: 60_000,
  });
});

it.each<[string, IncomingInit, QueueRule, number]>([
  ['a delay', { delay: 60_000 }, { ageFrom: 'due' }, 40_000],
  ['a time until which it waits', { dueAt: now - 30_000 }, { ageFrom: 'due' }, 30_000],
  ['both, of which the delay is exact', { delay: 60_000, dueAt: now - 30_000 }, { ageFrom: 'due' }, 40_000],
  ['a time before it was sent', { dueAt: now - 200_000 }, { ageFrom: 'due' }, 100_000],
  ['a time to come', { dueAt: now + 5_000 }, { ageFrom: 'due' }, 0],
  ['a time, and the rule counts from the publish', { dueAt: now - 30_000 }, {}, 100_000],
])('counts the age of a message with %s', (_what, fields, rule, age) => {
  const arrival = { message: incoming(fields), sentAt: now - 100_000, spanContext: undefined };

  expect(decideRelation(arrival as DecisionInput, resolveRule(rule, {}), now).age).toBe(age);
});
