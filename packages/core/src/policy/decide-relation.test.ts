import { describe, expect, it } from '@jest/globals';
import { incoming, spanId, traceId } from '../../test/fake-messages.ts';
import {
  checkedRelation,
  type DecisionInput,
  decideRelation,
  type RelationDecision,
} from './decide-relation.ts';
import type { QueueRule, Relation, RelationFunction } from './policy.ts';
import { resolveRule } from './resolve-rule.ts';

const now = 1_700_000_000_000;
const fails = (): never => {
  throw new Error('no such tenant');
};

interface Case {
  readonly when: string;
  readonly arrival?: Partial<DecisionInput>;
  readonly rule?: QueueRule;
  readonly defaults?: QueueRule;
  readonly expected: readonly [Relation, RelationDecision['reason']];
}

const absent = { spanContext: undefined } as const;
const recurring = { message: incoming({ recurring: true }) };
const late = { sentAt: now - 60_001 };

const cases: readonly Case[] = [
  { when: 'a message is new', expected: ['parent', 'fresh'] },
  { when: 'it is as old as may be', arrival: { sentAt: now - 60_000 }, expected: ['parent', 'fresh'] },
  { when: 'it is a moment older', arrival: late, expected: ['link', 'late'] },
  {
    when: 'the rule has its own age',
    arrival: late,
    rule: { linkAfter: '2m' },
    expected: ['parent', 'fresh'],
  },
  {
    when: 'no age is fresh',
    arrival: { sentAt: now - 1 },
    rule: { linkAfter: 0 },
    expected: ['link', 'late'],
  },
  { when: 'none is, but it is of now', rule: { linkAfter: 0 }, expected: ['parent', 'fresh'] },
  {
    when: 'it waited as its sender wanted',
    arrival: { ...late, message: incoming({ delay: 60_000 }) },
    expected: ['link', 'late'],
  },
  {
    when: 'the rule leaves out that delay',
    arrival: { ...late, message: incoming({ delay: 60_000 }) },
    rule: { ageFrom: 'due' },
    expected: ['parent', 'fresh'],
  },
  {
    when: 'it waited longer than that',
    arrival: { sentAt: now - 130_000, message: incoming({ delay: 60_000 }) },
    rule: { ageFrom: 'due' },
    expected: ['link', 'late'],
  },
  {
    when: 'the default leaves out the delay, and the rule does not',
    arrival: { ...late, message: incoming({ delay: 60_000 }) },
    rule: { ageFrom: 'published' },
    defaults: { ageFrom: 'due' },
    expected: ['link', 'late'],
  },
  { when: 'its age is not known', arrival: { sentAt: undefined }, expected: ['parent', 'no-timestamp'] },
  {
    when: 'its age is more than ten years',
    arrival: { sentAt: 1_700_000_000 },
    expected: ['parent', 'no-timestamp'],
  },
  { when: 'it is as far ahead', arrival: { sentAt: now * 1_000 }, expected: ['parent', 'no-timestamp'] },
  { when: "the sender's clock is ahead", arrival: { sentAt: now + 90_000 }, expected: ['parent', 'fresh'] },

  { when: 'it carries no context', arrival: absent, expected: ['none', 'no-context'] },
  { when: 'its context is broken', arrival: { ...absent, malformed: true }, expected: ['none', 'malformed'] },
  { when: 'it carries several contexts', arrival: { repeated: true }, expected: ['link', 'repeated'] },
  {
    when: 'it carries several, and the rule wants one to be parent',
    arrival: { repeated: true },
    rule: { relation: 'parent' },
    expected: ['link', 'repeated'],
  },
  {
    when: 'it carries several, and the rule wants none',
    arrival: { repeated: true },
    rule: { relation: 'none' },
    expected: ['none', 'rule'],
  },
  {
    when: 'there is none to be parent',
    arrival: absent,
    rule: { relation: 'parent' },
    expected: ['none', 'no-context'],
  },
  {
    when: 'there is none to link to',
    arrival: absent,
    rule: { relation: 'link' },
    expected: ['none', 'no-context'],
  },
  {
    when: 'there is none, from strangers',
    arrival: absent,
    rule: { trust: 'untrusted' },
    expected: ['none', 'no-context'],
  },
  {
    when: 'there is none, and a requested relation',
    arrival: { ...absent, requestedRelation: 'link' },
    expected: ['none', 'no-context'],
  },
  {
    when: 'there is none, and a function',
    arrival: absent,
    rule: { relation: fails },
    expected: ['none', 'no-context'],
  },
  {
    when: 'there is none, on a schedule',
    arrival: { ...absent, ...recurring },
    expected: ['none', 'no-context'],
  },

  {
    when: 'the rule says parent, however late',
    arrival: late,
    rule: { relation: 'parent' },
    expected: ['parent', 'rule'],
  },
  { when: 'the rule says link, however fresh', rule: { relation: 'link' }, expected: ['link', 'rule'] },
  { when: 'the rule says none', rule: { relation: 'none' }, expected: ['none', 'rule'] },
  { when: 'the default says link', defaults: { relation: 'link' }, expected: ['link', 'rule'] },
  {
    when: 'the rule takes the default back',
    defaults: { relation: 'link' },
    rule: { relation: 'auto' },
    expected: ['parent', 'fresh'],
  },
  {
    when: 'the rule forbids the requested relation',
    arrival: { requestedRelation: 'link' },
    rule: { relation: 'parent' },
    expected: ['parent', 'rule'],
  },

  {
    when: 'the sender asks for a link',
    arrival: { requestedRelation: 'link' },
    expected: ['link', 'sender'],
  },
  {
    when: 'the sender asks for nothing',
    arrival: { requestedRelation: 'none' },
    expected: ['none', 'sender'],
  },
  {
    when: 'the sender asks for a late child',
    arrival: { requestedRelation: 'parent', ...late },
    expected: ['parent', 'sender'],
  },
  {
    when: 'a stranger asks',
    arrival: { requestedRelation: 'parent' },
    rule: { trust: 'untrusted' },
    expected: ['link', 'untrusted'],
  },
  {
    when: 'a schedule asks',
    arrival: { requestedRelation: 'parent', ...recurring },
    expected: ['link', 'recurring'],
  },

  { when: 'a stranger sends it', rule: { trust: 'untrusted' }, expected: ['link', 'untrusted'] },
  {
    when: 'a stranger is to be parent',
    rule: { trust: 'untrusted', relation: 'parent' },
    expected: ['link', 'untrusted'],
  },
  {
    when: 'a stranger is not to be linked',
    rule: { trust: 'untrusted', relation: 'none' },
    expected: ['none', 'rule'],
  },
  {
    when: 'a stranger has a schedule',
    arrival: recurring,
    rule: { trust: 'untrusted' },
    expected: ['link', 'untrusted'],
  },

  { when: 'a schedule made it', arrival: recurring, expected: ['link', 'recurring'] },
  {
    when: 'a schedule is to be parent',
    arrival: recurring,
    rule: { relation: 'parent' },
    expected: ['link', 'recurring'],
  },
  {
    when: 'a schedule is not to be linked',
    arrival: recurring,
    rule: { relation: 'none' },
    expected: ['none', 'rule'],
  },

  { when: 'the function says link', rule: { relation: () => 'link' }, expected: ['link', 'rule'] },
  {
    when: 'the function leaves it to the age',
    rule: { relation: () => 'auto' },
    expected: ['parent', 'fresh'],
  },
  {
    when: 'the function leaves it to the rule',
    rule: { relation: () => 'auto', linkAfter: '2m' },
    arrival: late,
    expected: ['parent', 'fresh'],
  },
  {
    when: 'the function leaves it to the sender',
    rule: { relation: () => 'auto' },
    arrival: { requestedRelation: 'none' },
    expected: ['none', 'sender'],
  },
  {
    when: 'the function makes a stranger parent',
    rule: { relation: () => 'parent', trust: 'untrusted' },
    expected: ['link', 'untrusted'],
  },
  { when: 'the function fails', rule: { relation: fails }, expected: ['parent', 'fresh'] },
  {
    when: 'the function fails on a late one',
    rule: { relation: fails },
    arrival: late,
    expected: ['link', 'late'],
  },
  {
    when: 'the function fails, the default says link',
    rule: { relation: fails },
    defaults: { relation: 'link' },
    expected: ['link', 'rule'],
  },
  {
    when: 'the function fails, with an age of its own',
    rule: { relation: fails, linkAfter: '2m' },
    arrival: late,
    expected: ['link', 'late'],
  },
  {
    when: 'the function fails for a stranger',
    rule: { relation: fails, trust: 'untrusted' },
    expected: ['link', 'untrusted'],
  },
  { when: 'the default function fails', defaults: { relation: fails }, expected: ['parent', 'fresh'] },
];

describe('decideRelation', () => {
  it.each(cases)('says $expected when $when', ({ arrival, rule = {}, defaults = {}, expected }) => {
    const { relation, reason } = decideRelation(arriving(arrival), resolveRule(rule, defaults), now);

    expect([relation, reason]).toEqual(expected);
  });

  it('gives the age, and 0 for a message from the future', () => {
    expect(decide({ sentAt: now - 1_234.5 })).toMatchObject({ age: 1_234.5, skewed: false });
    expect(decide({ sentAt: now + 5 })).toMatchObject({ age: 0, skewed: true });
    expect(
      decide({ sentAt: now - 5, message: incoming({ delay: 60_000 }) }, { ageFrom: 'due' }),
    ).toMatchObject({ age: 0, skewed: false });
    expect(decide({ sentAt: undefined })).toMatchObject({ age: undefined, skewed: false });
    expect(decide({ sentAt: 1 })).toMatchObject({ age: undefined, skewed: true });
    expect(decide({ sentAt: now * 1_000 })).toMatchObject({ age: undefined, skewed: true });
    expect(decide(absent)).toMatchObject({ age: 0 });
  });

  it('calls the function with the message and its age', () => {
    const asked: unknown[] = [];
    const message = incoming({ id: 'm-1' });
    const ask: RelationFunction = (...question) => {
      asked.push(question);
      return 'auto';
    };
    const rule = resolveRule({ relation: ask }, {});

    decideRelation(arriving({ message, sentAt: now - 7 }), rule, now);
    decideRelation(arriving({ message, sentAt: undefined }), rule, now);

    expect(asked).toEqual([
      [message, 7],
      [message, undefined],
    ]);
  });

  it.each<[string, () => unknown]>([
    ['nothing', () => undefined],
    ['another word', () => 'child'],
    ['a number', () => 1],
    ['a symbol', () => Symbol('parent')],
    ['what cannot be text', () => Object.create(null)],
    ['a promise', async () => 'parent'],
    // An unhandled one would end the process.
    ['a promise that is rejected', async () => fails()],
  ])('gives the failure of a function that answers with %s', async (_case, answer) => {
    const rule = resolveRule({ relation: answer as RelationFunction }, {});

    const decision = decideRelation(arriving(), rule, now);
    await new Promise(setImmediate);

    expect(decision).toMatchObject({ relation: 'parent', reason: 'fresh' });
    expect(decision.failure).toBeInstanceOf(TypeError);
  });

  it('gives what a function threw, even undefined', () => {
    const error = new Error('no');
    const throws = (thrown: unknown) => (): never => {
      throw thrown;
    };

    expect(decide({}, { relation: throws(error) }).failure).toBe(error);
    expect('failure' in decide({}, { relation: throws(undefined) })).toBe(true);
    expect('failure' in decide({}, {})).toBe(false);
  });

  it('changes neither the input nor the rule', () => {
    const arrival = Object.freeze(arriving(late));
    const rule = Object.freeze(resolveRule({}, {}));

    expect(decideRelation(arrival, rule, now)).toEqual(decideRelation(arrival, rule, now));
  });
});

function decide(arrival: Partial<DecisionInput>, rule: QueueRule = {}): RelationDecision {
  return decideRelation(arriving(arrival), resolveRule(rule, {}), now);
}

function arriving(differing: Partial<DecisionInput> = {}): DecisionInput {
  return {
    message: incoming(),
    spanContext: { traceId, spanId, traceFlags: 1, isRemote: true },
    malformed: false,
    repeated: false,
    sentAt: now,
    sentAtSource: 'waybill',
    requestedRelation: undefined,
    journeyId: traceId,
    ...differing,
  };
}

it.each([['maybe'], [7], [undefined], [null]])(
  'a relation function that answers %p is an error that names the answer',
  (answer) => {
    expect(() => checkedRelation(answer)).toThrow(
      `The relation function answered ${String(answer)}, which is not 'auto', 'parent', 'link', 'ambient' or 'none'.`,
    );
  },
);
