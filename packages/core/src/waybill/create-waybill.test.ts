import { describe, expect, it } from '@jest/globals';
import { context } from '@opentelemetry/api';
import { mistakenPolicies, rightPolicies } from '@waybill/policy-tables';
import { incoming } from '../../test/fake-messages.ts';
import { fakeAdapter, setUp } from '../../test/test-bed.ts';
import { instrumenterOf } from '../adapter-tools/instrumenter-of.ts';
import { WaybillError } from '../ground/waybill-error.ts';
import { createWaybill } from './create-waybill.ts';
import type { WaybillOptions } from './options.ts';

const durations = "Write '500ms', '30s', '1m', '2h', '7d' or a number of milliseconds, zero or more.";
const relations = "Write 'auto', 'parent', 'link', 'ambient', 'none' or a function that returns one of them.";

describe('createWaybill', () => {
  it.each(mistakenPolicies)('refuses the policy $policy', ({ policy, message }) => {
    expect(mistakesOf({ policy } as WaybillOptions)).toBe(
      `createWaybill: a mistake in its configuration\n  ${message}`,
    );
  });

  it.each(rightPolicies)('takes the policy %j', (policy) => {
    expect(() => createWaybill({ policy })).not.toThrow();
  });

  it.each<[string, unknown, string]>([
    ['no number', { linkAfter: Number.NaN }, `policy.linkAfter: NaN is not a duration. ${durations}`],
    ['a bigint', { linkAfter: 5n }, `policy.linkAfter: 5 is not a duration. ${durations}`],
    [
      'a function that returns nonsense',
      { relation: () => 'child' },
      `policy.relation: the function returned "child" for a message without headers. ${relations}`,
    ],
    [
      'a function that returns nothing',
      { relation: () => undefined },
      `policy.relation: the function returned undefined for a message without headers. ${relations}`,
    ],
    [
      'an asynchronous function',
      { relation: async () => 'parent' },
      `policy.relation: the function returned a promise for a message without headers. ${relations}`,
    ],
    [
      'an asynchronous function that fails',
      { relation: async () => Promise.reject(new Error('no')) },
      `policy.relation: the function returned a promise for a message without headers. ${relations}`,
    ],
    [
      'a value that cannot be shown',
      { trust: Object.assign(Object.create(null), { toJSON: () => JSON.parse('{') }) },
      "policy.trust: a value that cannot be shown is unknown. Write 'trusted' or 'untrusted'.",
    ],
  ])('refuses a policy with %s', (_case, policy, mistake) => {
    expect(mistakesOf({ policy } as WaybillOptions)).toBe(
      `createWaybill: a mistake in its configuration\n  ${mistake}`,
    );
  });

  it.each<[string, unknown, string]>([
    [
      'an unknown option',
      { polcy: {} },
      'options.polcy is not a known key; its value is {}. Use one of policy, policySource, tracerProvider, meterProvider, propagator, clock, alsoLinkParent, messageSpans, receiveSpans, memoryLimit, diagnose.',
    ],
    [
      'a tracer provider that is none',
      { tracerProvider: {} },
      'options.tracerProvider: {} is not a TracerProvider. Leave it out to use the global one.',
    ],
    [
      'a meter provider that is none',
      { meterProvider: null },
      'options.meterProvider: null is not a MeterProvider. Leave it out to use the global one.',
    ],
    [
      'a propagator that is none',
      { propagator: 'b3' },
      'options.propagator: "b3" is not a TextMapPropagator. Leave it out to use W3C Trace Context and Baggage.',
    ],
    [
      'half a propagator',
      { propagator: { inject: () => undefined } },
      'options.propagator: {} is not a TextMapPropagator. Leave it out to use W3C Trace Context and Baggage.',
    ],
    [
      'a clock that is none',
      { clock: 5 },
      'options.clock: 5 is not a function that returns ms since the epoch.',
    ],
    ...[0, 65_535, 1.5, '16MB', Number.POSITIVE_INFINITY].map((limit): [string, unknown, string] => [
      `a memory limit of ${limit}`,
      { memoryLimit: limit },
      `options.memoryLimit: ${limit === '16MB' ? '"16MB"' : limit} is not a whole number of bytes from 65536. Leave it out for 16 MiB.`,
    ]),
    ['a switch that is none', { messageSpans: 'no' }, 'options.messageSpans: "no" is not true or false.'],
    [
      'an unknown choice',
      { receiveSpans: true },
      'options.receiveSpans: true is not "ambient" or "always" or "never".',
    ],
  ])('refuses %s', (_case, options, mistake) => {
    expect(mistakesOf(options as WaybillOptions)).toBe(
      `createWaybill: a mistake in its configuration\n  ${mistake}`,
    );
  });

  it.each([null, 'policy', [], 5])('refuses %j in place of options', (options) => {
    expect(mistakesOf(options as never)).toContain(
      `is not an object. Write { policy: { linkAfter: '1m' } }.`,
    );
  });

  it('reports all mistakes at once, in their order', () => {
    const policy = {
      linkAfter: '-1s',
      relation: 'child',
      queues: { orders: { trust: 'no' }, 'reports.*': { linkAfter: '1 week', extra: 1 } },
    } as never;

    expect(mistakesOf({ policy, clock: 'now' as never }).split('\n')).toEqual([
      'createWaybill: 6 mistakes in its configuration',
      '  options.clock: "now" is not a function that returns ms since the epoch.',
      `  policy.relation: "child" is unknown. ${relations}`,
      `  policy.linkAfter: "-1s" is not a duration. ${durations}`,
      `  policy.queues["orders"].trust: "no" is unknown. Write 'trusted' or 'untrusted'.`,
      '  policy.queues["reports.*"].extra is not a known key; its value is 1. Use one of relation, linkAfter, late, retries, ageFrom, trust, baggage, spans, propagate, unsampled, accept, envelope, propagator, name, carrier.',
      `  policy.queues["reports.*"].linkAfter: "1 week" is not a duration. ${durations}`,
    ]);
  });

  it('accepts every valid option', () => {
    const options: WaybillOptions = {
      policy: {
        relation: 'auto',
        linkAfter: 0,
        trust: 'trusted',
        baggage: {},
        queues: {
          orders: { relation: 'parent' },
          'kafka:a:b': { relation: (message) => (message.headers.get('x') === undefined ? 'auto' : 'none') },
          '*': { linkAfter: '1.5h', trust: 'untrusted', baggage: { accept: ['tenant.*'], send: [] } },
          unsaid: { relation: undefined, linkAfter: undefined, trust: undefined, baggage: undefined },
        },
      },
      clock: Date.now,
      alsoLinkParent: true,
      messageSpans: false,
      receiveSpans: 'never',
    };

    expect(() => createWaybill(options)).not.toThrow();
    expect(() => createWaybill({ policy: undefined })).not.toThrow();
    expect(() => createWaybill()).not.toThrow();
  });

  it('tries a relation function with an empty message, and ignores what it throws', () => {
    const seen: unknown[] = [];
    const relation = (...args: readonly unknown[]): never => {
      seen.push(...args);
      throw new TypeError('Cannot read properties of undefined');
    };

    expect(() => createWaybill({ policy: { relation } })).not.toThrow();
    expect(seen).toEqual([expect.objectContaining({ native: undefined, destination: '' }), undefined]);
  });

  it('gives adapters of one name the same instrumenter', () => {
    const waybill = createWaybill();

    expect(instrumenterOf(waybill, { ...fakeAdapter })).toBe(instrumenterOf(waybill, fakeAdapter));
    expect(instrumenterOf(waybill, { ...fakeAdapter, name: '@waybill/other' })).not.toBe(
      instrumenterOf(waybill, fakeAdapter),
    );
  });

  it('names the headers that an adapter has to ask its broker for', () => {
    const { instrumenter } = setUp();

    expect(instrumenter.headerNames).toEqual(['traceparent', 'tracestate', 'baggage', 'waybill']);
  });
});

describe('waybill.use', () => {
  const publish = (_call: unknown, next: () => unknown): unknown => next();

  it.each<[string, readonly unknown[], string]>([
    [
      'nothing',
      [undefined],
      'middleware: undefined has neither publish nor consume. Write { publish(call, next) { return next(); } }.',
    ],
    [
      'a function',
      [publish],
      'middleware: a function has neither publish nor consume. Write { publish(call, next) { return next(); } }.',
    ],
    [
      'a pattern alone',
      ['orders'],
      'middleware: "orders" has neither publish nor consume. Write { publish(call, next) { return next(); } }.',
    ],
    [
      'a publish that is no function',
      [{ publish: true }],
      'middleware.publish: true is not a function. Write publish(call, next) { return next(); }.',
    ],
    [
      'a consume that is no function',
      [{ publish, consume: 'x' }],
      'middleware.consume: "x" is not a function. Write consume(call, next) { return next(); }.',
    ],
    [
      'a pattern that is none',
      [5, { publish }],
      "pattern: 5 is not the name of a queue. Write 'orders', 'reports.*' or 'kafka:orders'.",
    ],
    [
      'an empty pattern',
      ['', { publish }],
      `pattern: "" is not the name of a queue. Write 'orders', 'reports.*' or 'kafka:orders'.`,
    ],
    [
      'a system without a queue',
      ['kafka:', { publish }],
      `pattern: "kafka:" is not the name of a queue. Write 'orders', 'reports.*' or 'kafka:orders'.`,
    ],
  ])('refuses %s', (_case, args, mistake) => {
    const use = createWaybill().use as (...args: readonly unknown[]) => unknown;

    expect(messageOf(() => use(...args))).toBe(`waybill.use: a mistake in its configuration\n  ${mistake}`);
  });

  it('gives the same Waybill back', () => {
    const waybill = createWaybill();

    expect(waybill.use({ publish }).use('orders', { consume: publish })).toBe(waybill);
  });
});

describe('waybill.publishWith', () => {
  it.each([undefined, null, {}, { relation: 'auto' }, { relation: 'Link' }])(
    'refuses the requested relation %j',
    (requestedRelation) => {
      const attempt = (): unknown =>
        createWaybill().publishWith(requestedRelation as never, () => 'published');

      expect(messageOf(attempt)).toMatch(
        /^waybill\.publishWith: a mistake in its configuration\n {2}relation: .* is unknown\. Write 'parent', 'link' or 'none'\.$/,
      );
    },
  );

  it('refuses what is not a function', () => {
    const attempt = (): unknown => createWaybill().publishWith({ relation: 'link' }, undefined as never);

    expect(messageOf(attempt)).toBe(
      'waybill.publishWith: a mistake in its configuration\n  publish: undefined is not a function. Write () => producer.send(…).',
    );
  });

  it('returns what the function returns, and leaves the context as it was', async () => {
    const { waybill } = setUp();
    const before = context.active();
    const error = new Error('full');

    expect(waybill.publishWith({ relation: 'link' }, () => 'sent')).toBe('sent');
    await expect(waybill.publishWith({ relation: 'link' }, async () => 5)).resolves.toBe(5);
    expect(() =>
      waybill.publishWith({ relation: 'link' }, () => {
        throw error;
      }),
    ).toThrow(error);
    expect(context.active()).toBe(before);
  });
});

describe('a policy that an application changes after start-up', () => {
  it('keeps the values that were checked', () => {
    const policy = { relation: 'link' };
    const { instrumenter, span } = setUp({ policy: policy as never });

    policy.relation = 'nonsense';
    instrumenter.process(
      {
        messages: [incoming({ headers: { traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01` } })],
        batch: false,
      },
      () => 1,
    );

    expect(span('process orders').attributes['waybill.relation']).toBe('link');
  });
});

function mistakesOf(options: WaybillOptions): string {
  return messageOf(() => createWaybill(options), 'WAYBILL_INVALID_CONFIGURATION');
}

/** The message of an error of this code, without the code at its end. */
function messageOf(run: () => unknown, code = 'WAYBILL_INVALID_OPTION'): string {
  try {
    run();
  } catch (error) {
    const ending = ` [${code}]`;
    if (!(error instanceof WaybillError && error.code === code && error.message.endsWith(ending)))
      throw error;
    return error.message.slice(0, -ending.length);
  }
  throw new Error('It was not refused.');
}
