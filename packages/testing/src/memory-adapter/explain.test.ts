import { afterAll, afterEach, describe, expect, it } from '@jest/globals';
import { context, propagation, trace } from '@opentelemetry/api';
import { createWaybill, type ExplainOptions, type Waybill, type WaybillPolicy } from '@waybill/core';
import { expectNoLeaks, MemoryBroker, startTestTelemetry, traceMemoryBroker } from '../index.ts';

const telemetry = await startTestTelemetry();
const { spans } = telemetry;
const waybills: Waybill[] = [];
afterEach(async () => {
  for (const waybill of waybills.splice(0)) expectNoLeaks(waybill);
  await telemetry.reset();
});
afterAll(() => telemetry.shutdown());
const clock = { now: Date.UTC(2026, 0, 1) };

function waybillWith(rules: WaybillPolicy): Waybill {
  const waybill = createWaybill({ policy: rules, clock: () => clock.now, diagnose: true });
  waybills.push(waybill);
  return waybill;
}

const policy: WaybillPolicy = {
  linkAfter: '1m',
  queues: {
    orders: { relation: 'parent' },
    'ord*': { relation: 'link' },
    'reports.*': { linkAfter: '30s' },
    'reports.eu.*': { linkAfter: '5m', late: 'ambient' },
    'memory:invoices': { retries: 'link' },
    invoices: { relation: 'none' },
    'partner-*': { trust: 'untrusted', baggage: { accept: ['tenant.*'] } },
    silent: { spans: false },
    closed: { propagate: false },
    busy: { unsampled: 'pass-on', carrier: { baggage: false } },
    'users.*': { name: 'users.{id}', relation: 'ambient' },
    'bullmq:orders': { relation: 'none' },
  },
};

const cases: readonly [string, ExplainOptions, object][] = [
  ['orders', {}, { rule: 'orders', relation: 'parent', reason: 'rule' }],
  ['orders.eu', {}, { rule: 'ord*', relation: 'link', reason: 'rule' }],
  [
    'reports.daily',
    { age: '30s' },
    { rule: 'reports.*', relation: 'parent', reason: 'fresh', linkAfter: 30 },
  ],
  ['reports.daily', { age: '31s' }, { rule: 'reports.*', relation: 'link', reason: 'late', linkAfter: 30 }],
  [
    'reports.eu.x',
    { age: '4m' },
    { rule: 'reports.eu.*', relation: 'parent', reason: 'fresh', linkAfter: 300 },
  ],
  [
    'reports.eu.x',
    { age: '6m', inSpan: true },
    { rule: 'reports.eu.*', relation: 'ambient', reason: 'late' },
  ],
  ['reports.eu.x', { age: '6m' }, { rule: 'reports.eu.*', relation: 'link', reason: 'late' }],
  ['invoices', {}, { rule: 'memory:invoices', relation: 'parent', reason: 'fresh' }],
  ['invoices', { attempt: 2 }, { rule: 'memory:invoices', relation: 'link', reason: 'retry' }],
  ['partner-a', { age: '1s' }, { rule: 'partner-*', relation: 'link', reason: 'untrusted' }],
  ['silent', {}, { rule: 'silent', relation: 'parent', reason: 'fresh' }],
  ['closed', {}, { rule: 'closed', relation: 'none', reason: 'rule' }],
  ['busy', {}, { rule: 'busy', relation: 'parent', reason: 'fresh' }],
  ['busy', { unsampled: true }, { rule: 'busy', relation: 'parent', reason: 'fresh' }],
  ['users.4711', { inSpan: true }, { rule: 'users.*', relation: 'ambient', reason: 'rule' }],
  ['users.4711', {}, { rule: 'users.*', relation: 'link', reason: 'no-ambient' }],
  ['else', { age: '2m' }, { rule: '(default)', relation: 'link', reason: 'late', linkAfter: 60 }],
  ['else', { context: 'none' }, { rule: '(default)', relation: 'none', reason: 'no-context' }],
  ['else', { context: 'malformed' }, { rule: '(default)', relation: 'none', reason: 'malformed' }],
  ['else', { age: '2m', requests: 'parent' }, { rule: '(default)', relation: 'parent', reason: 'sender' }],
];

describe.each(cases)('%s, supposed %j', (queue, options, expected) => {
  it('is explained', () => {
    const waybill = waybillWith(policy);
    const { rule, consume } = waybill.explain(`memory:${queue}`, options);

    expect({ rule, ...consume }).toMatchObject(expected);
  });

  it('is handled as it is explained', async () => {
    const waybill = waybillWith(policy);
    const bare = new MemoryBroker({ clock: () => clock.now });
    const broker = traceMemoryBroker(bare.connect(), waybill);
    const baggage = ['tenant.id', 'user.id'];
    const explained = waybill.explain(`memory:${queue}`, { ...options, baggage });
    const { headers, sender } = messageOf(options, clock.now);
    await bare.publish(queue, { headers, body: 1 });
    clock.now += secondsOf(options.age) * 1_000;
    let attempt = 0;
    let seen: { keys: string[]; traceId: string | undefined } | undefined;
    const handle = (): void => {
      attempt += 1;
      if (attempt < (options.attempt ?? 1)) throw new Error('again');
      seen = {
        keys:
          propagation
            .getActiveBaggage()
            ?.getAllEntries()
            .map(([key]) => key) ?? [],
        traceId: trace.getSpanContext(context.active())?.traceId,
      };
    };
    const invocation = telemetry.tracerProvider.getTracer('application').startSpan('invocation');
    const around = options.inSpan ? trace.setSpan(context.active(), invocation) : context.active();
    await context.with(around, async () => {
      broker.subscribe(queue, handle);
      await broker.idle();
    });
    invocation.end();

    const { consume } = explained;
    const span = spans.named(`process ${explained.destination}`).all.at(-1);
    expect(span !== undefined).toBe(consume.span);
    expect(seen?.keys).toEqual(consume.baggage);
    const traces = {
      message: sender,
      active: invocation.spanContext().traceId,
      new: span?.traceId,
      none: undefined,
    };
    expect(seen?.traceId).toBe(traces[consume.trace]);
    if (span === undefined) return;
    expect(span.attributes).toMatchObject({
      'waybill.relation': consume.relation,
      'waybill.relation.reason': consume.reason,
      'waybill.relation.rule': explained.rule,
    });
    expect(span.attributes['waybill.relation.link_after']).toBe(consume.linkAfter);
    const creations = span.links.filter(({ attributes }) => attributes?.['waybill.link.to'] === 'creation');
    expect(creations).toHaveLength(consume.link ? 1 : 0);
  });
});

function secondsOf(age: ExplainOptions['age']): number {
  const [, amount = '0', unit = 's'] = /^(\d+)(s|m)$/.exec(String(age ?? '0s')) ?? [];
  return Number(amount) * (unit === 'm' ? 60 : 1);
}

/** A message that carries what Waybill writes, of a sender with two baggage entries. */
function messageOf(
  { unsampled, context: carried, requests }: ExplainOptions,
  now: number,
): { readonly headers: Record<string, string>; readonly sender: string } {
  const [sender, span] = ['a'.repeat(32), 'b'.repeat(16)];
  const traceparent = `00-${sender}-${span}-0${unsampled ? 0 : 1}`;
  const request = requests === undefined ? '' : `-${requests.charAt(0)}`;
  const headers: Record<string, string> = { baggage: 'tenant.id=acme,user.id=7' };
  if (carried === 'none') return { headers, sender };
  headers.traceparent = carried === 'malformed' ? 'malformed' : traceparent;
  headers.waybill = `1-${now}-${sender}-${span}${request}`;
  return { headers, sender };
}

describe('an explanation', () => {
  it('says why a rule beats the others', () => {
    const queues = {
      'kafka:ord*': {},
      orders: {},
      'ord*': {},
      'o*': {},
      'o?*': {},
      '*': {},
      'bullmq:orders': {},
    };
    const waybill = waybillWith({ queues });
    const whyOf = (queue: string): readonly string[] => {
      const { rule, others } = waybill.explain(queue);
      return [rule, ...others.map(({ rule: other, because }) => `${other}: ${because}`)];
    };

    expect(whyOf('kafka:orders')).toEqual([
      'orders',
      'kafka:ord*: "orders" is an exact name',
      'ord*: "orders" is an exact name',
      'o*: "orders" is an exact name',
      'o?*: "orders" is an exact name',
      '*: "orders" is an exact name',
      '(default): "orders" matches, and the default holds only where no rule does',
    ]);
    expect(whyOf('kafka:ordinary').slice(0, 2)).toEqual([
      'kafka:ord*',
      'ord*: "kafka:ord*" names the messaging system',
    ]);
    expect(whyOf('ordinary')).toEqual([
      'ord*',
      'o*: "ord*" has more literal characters',
      'o?*: "ord*" has more literal characters',
      '*: "ord*" has more literal characters',
      '(default): "ord*" matches, and the default holds only where no rule does',
    ]);
    expect(whyOf('other').slice(0, 2)).toEqual(['o*', 'o?*: "o*" has fewer question marks']);
    expect(waybillWith({}).explain('orders')).toMatchObject({ rule: '(default)', others: [] });
  });

  it('tells what is sent', () => {
    const waybill = waybillWith(policy);
    const publishOf = (queue: string, options: ExplainOptions = {}): unknown => {
      const { span, headers, baggage } = waybill.explain(queue, {
        baggage: ['tenant.id'],
        ...options,
      }).publish;
      return [span, headers, baggage];
    };

    expect(publishOf('orders')).toEqual([true, ['traceparent', 'waybill', 'baggage'], ['tenant.id']]);
    expect(publishOf('silent')).toEqual([false, ['traceparent', 'waybill', 'baggage'], ['tenant.id']]);
    expect(publishOf('closed')).toEqual([true, [], []]);
    expect(publishOf('busy')).toEqual([true, ['traceparent', 'waybill'], []]);
    expect(publishOf('busy', { unsampled: true })).toEqual([false, ['traceparent', 'waybill'], []]);
  });

  it('is a plain object with sentences', () => {
    const waybill = waybillWith(policy);
    const explanation = waybill.explain('memory:reports.daily', { age: '3m', baggage: ['tenant.id'] });

    expect(JSON.parse(JSON.stringify(explanation))).toEqual({
      system: 'memory',
      queue: 'reports.daily',
      enabled: true,
      rule: 'reports.*',
      others: [
        { rule: '(default)', because: '"reports.*" matches, and the default holds only where no rule does' },
      ],
      destination: 'reports.daily',
      publish: {
        span: true,
        headers: ['traceparent', 'waybill', 'baggage'],
        baggage: ['tenant.id'],
        summary:
          'A span is made for the message, and its context is written as traceparent, waybill, baggage, with the baggage tenant.id.',
      },
      consume: {
        span: true,
        relation: 'link',
        reason: 'late',
        age: 180,
        linkAfter: 30,
        trace: 'new',
        link: true,
        journey: true,
        baggage: ['tenant.id'],
        summary:
          'A span is made, and the handler runs in a new trace, with a link to where the message was sent: its age of 180 s is over 30 s. It has the baggage tenant.id.',
      },
    });
  });

  it('leaves out the delay that the sender wanted where the rule does', () => {
    const waybill = waybillWith({ ageFrom: 'due' });

    expect(waybill.explain('orders', { age: '70s', delay: '1m' }).consume).toMatchObject({
      relation: 'parent',
      age: 10,
    });
  });

  it.each<[unknown, unknown, string]>([
    ['', {}, `queue: "" is not the name of a queue. Write 'orders' or 'kafka:orders'.`],
    [5, {}, `queue: 5 is not the name of a queue. Write 'orders' or 'kafka:orders'.`],
    ['orders', null, `options: null is not an object. Write { age: '3m' }.`],
    [
      'orders',
      { attempt: 0 },
      'options.attempt: 0 is not the number of a delivery. Write a whole number from 1.',
    ],
    ['orders', { requests: 'ambient' }, `options.requests: "ambient" is not 'parent' or 'link' or 'none'.`],
    ['orders', { unsampled: 1 }, 'options.unsampled: 1 is not true or false.'],
    ['orders', { baggage: 'a' }, `options.baggage: "a" is not a list of baggage keys. Write ['tenant.id'].`],
  ])('is refused of %j with %j', (queue, options, mistake) => {
    const waybill = waybillWith({});

    expect(() => waybill.explain(queue as string, options as ExplainOptions)).toThrow(
      `waybill.explain: a mistake in its configuration\n  ${mistake}`,
    );
  });
});
