import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from '@jest/globals';
import { DiagLogLevel, diag } from '@opentelemetry/api';
import { type PolicyListener, type PolicySource, WaybillError, type WaybillPolicy } from '@waybill/core';
import { tracedBroker } from '../../test/traced-broker.ts';

/** A source whose policy a test sets. */
class TestSource implements PolicySource {
  current: WaybillPolicy;
  listener: PolicyListener | undefined;

  constructor(current: WaybillPolicy) {
    this.current = current;
  }

  subscribe(listener: PolicyListener): () => void {
    this.listener = listener;
    return () => {
      this.listener = undefined;
    };
  }

  set(policy: WaybillPolicy): readonly string[] {
    return (this.listener?.changed(policy) ?? []).map(({ message }) => message);
  }

  locate(path: readonly string[]): string {
    return `waybill.policy.yaml:${path.length + 1}:3`;
  }
}

/** The warnings of `diag` from now on. */
function captureWarnings(): string[] {
  const warnings: string[] = [];
  const ignore = (): void => undefined;
  const warn = (...parts: unknown[]): number => warnings.push(parts.join(' '));
  diag.setLogger(
    { error: ignore, info: ignore, debug: ignore, verbose: ignore, warn },
    { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true },
  );
  return warnings;
}

async function result(
  metric: Awaited<ReturnType<ReturnType<typeof tracedBroker>['metric']>>,
): Promise<unknown> {
  return metric?.dataPoints.map(({ attributes, value }) => [attributes['waybill.policy.result'], value]);
}

describe('a source of policies', () => {
  it('gives the policy to begin with, and each that follows', async () => {
    const source = new TestSource({ relation: 'link' });
    const { broker, spans, drain, metric } = tracedBroker({ waybill: { policySource: source } });
    await broker.publish('orders', { body: 1 });
    await drain('orders');
    expect(source.set({ queues: { 'ord*': { relation: 'parent' } } })).toEqual([]);
    await broker.publish('orders', { body: 2 });
    await drain('orders');

    const rules = spans
      .named('process orders')
      .all.map(({ attributes }) => [attributes['waybill.relation'], attributes['waybill.relation.rule']]);
    expect(rules).toEqual([
      ['link', '(default)'],
      ['parent', 'ord*'],
    ]);
    expect(await result(await metric('waybill.policy.changes'))).toEqual([['applied', 1]]);
  });

  it('has the defaults of the application below it, field by field', async () => {
    const source = new TestSource({ queues: { orders: { linkAfter: '5s' } } });
    const policy: WaybillPolicy = {
      linkAfter: '9s',
      queues: { orders: { late: 'ambient', linkAfter: '7s' }, bills: { relation: 'link' } },
    };
    const { waybill } = tracedBroker({ waybill: { policy, policySource: source } });

    expect(waybill.explain('orders', { age: '6s', inSpan: true }).consume).toMatchObject({
      relation: 'ambient',
      linkAfter: 5,
    });
    expect(waybill.explain('bills').consume.relation).toBe('link');
    expect(waybill.explain('others', { age: '8s' }).consume).toMatchObject({
      relation: 'parent',
      linkAfter: 9,
    });
    source.set({ linkAfter: '1s' });
    expect(waybill.explain('orders', { age: '6s' }).consume).toMatchObject({
      relation: 'parent',
      linkAfter: 7,
    });
  });

  it('switches Waybill off and on again', async () => {
    const source = new TestSource({ enabled: false });
    const { broker, spans, drain } = tracedBroker({ waybill: { policySource: source } });
    await broker.publish('orders', { body: 1 });
    await drain('orders');
    spans.named('send orders').toHaveCount(0);
    spans.named('process orders').toHaveCount(0);
    source.set({});
    await broker.publish('orders', { body: 2 });
    await drain('orders');

    spans.named('process orders').toBeChildOf(spans.named('send orders'));
  });

  it('that is wrong at the start is refused with all its mistakes and their places', () => {
    const source = new TestSource({ linkAfter: 'soon', queues: { orders: { relation: 'child' } } } as never);
    const create = (): unknown => tracedBroker({ waybill: { policySource: source } });

    expect(create).toThrow(WaybillError);
    expect(create).toThrow(
      /^createWaybill: 2 mistakes in its configuration\n {2}waybill\.policy\.yaml:2:3: policy\.linkAfter: "soon" .*\n {2}waybill\.policy\.yaml:4:3: policy\.queues\["orders"\]\.relation: /,
    );
  });

  it('that is wrong later is refused with all its mistakes, and the last good policy stays', async () => {
    const source = new TestSource({ relation: 'link' });
    const { waybill, metric } = tracedBroker({ waybill: { policySource: source } });
    const warnings = captureWarnings();
    const wrong = { relation: 'parent', linkAfter: 'soon', trust: 'no' } as never;
    const mistakes = [
      expect.stringMatching(/^policy\.linkAfter: "soon" is not a duration/),
      expect.stringMatching(/^policy\.trust: "no" is unknown/),
    ];
    expect(source.set(wrong)).toEqual(mistakes);
    expect(waybill.explain('orders').consume.relation).toBe('link');
    expect(warnings).toEqual([
      expect.stringMatching(
        /A new policy was refused, and the one in force stays:\n {2}waybill\.policy\.yaml:2:3: policy\.linkAfter: .*\n {2}waybill\.policy\.yaml:2:3: policy\.trust: /,
      ),
    ]);
    expect(await result(await metric('waybill.policy.changes'))).toEqual([['refused', 1]]);
  });

  it('that cannot be read is reported, and the last good policy stays', async () => {
    const source = new TestSource({ relation: 'link' });
    const { waybill, metric } = tracedBroker({ waybill: { policySource: source } });
    const warnings = captureWarnings();
    source.listener?.failed(new Error('waybill.policy.yaml: ENOENT'));

    expect(waybill.explain('orders').consume.relation).toBe('link');
    expect(warnings).toEqual([expect.stringContaining('Error: waybill.policy.yaml: ENOENT')]);
    expect(await result(await metric('waybill.policy.changes'))).toEqual([['refused', 1]]);
  });

  it.each<[string, unknown]>([
    ['null', null],
    ['nothing', undefined],
    ['a text', 'policy'],
    ['a list', []],
    [
      'an object that throws',
      new Proxy(
        {},
        {
          ownKeys: () => {
            throw new Error('no');
          },
        },
      ),
    ],
  ])('that gives %s changes nothing and throws nothing', (_what, policy) => {
    const source = new TestSource({ relation: 'link' });
    const { waybill } = tracedBroker({ waybill: { policySource: source } });
    captureWarnings();

    expect(source.set(policy as never)).toHaveLength(1);
    expect(waybill.explain('orders').consume.relation).toBe('link');
  });

  it('has to be one', () => {
    expect(() => tracedBroker({ waybill: { policySource: {} as never } })).toThrow(
      'options.policySource: {} is not a PolicySource.',
    );
  });
});

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

it('1,000 changes while 20,000 messages flow: each message goes by one whole policy', async () => {
  const patterns = ['orders', 'order*', 'ord*', 'o*s', '*rders', 'orde??', 'or*ers'];
  const alive: WeakRef<object>[] = [];
  const policyOf = (version: number): WaybillPolicy => {
    const relation = (): 'auto' => 'auto';
    alive.push(new WeakRef(relation));
    const pattern = patterns[version % patterns.length] as string;
    return { queues: { [pattern]: { relation, linkAfter: `${version}s` } } };
  };
  const source = new TestSource(policyOf(1));
  const { broker, spans, metric } = tracedBroker({ waybill: { policySource: source } });
  captureWarnings();
  let handled = 0;
  broker.subscribe(
    'orders',
    async () => {
      await new Promise(setImmediate);
      handled += 1;
    },
    { concurrency: 20 },
  );
  for (let version = 2; version <= 1_001; version++) {
    await Promise.all(Array.from({ length: 20 }, () => broker.publish('orders', { body: version })));
    await new Promise(setImmediate);
    expect(source.set({ queues: { 'broken*': {} }, linkAfter: 'soon' } as never)).toHaveLength(1);
    expect(source.set(policyOf(version))).toEqual([]);
  }
  await broker.idle();

  expect(handled).toBe(20_000);
  const versions = spans.named('process orders').all.map(({ attributes }) => {
    const version = Number(attributes['waybill.relation.link_after']);
    return { version, isWhole: attributes['waybill.relation.rule'] === patterns[version % patterns.length] };
  });
  expect(versions).toHaveLength(20_000);
  expect(versions.filter(({ isWhole }) => !isWhole)).toEqual([]);
  expect(new Set(versions.map(({ version }) => version)).size).toBeGreaterThan(500);
  expect(await result(await metric('waybill.policy.changes'))).toEqual([
    ['refused', 1_000],
    ['applied', 1_000],
  ]);
  await new Promise(setImmediate);
  for (let round = 0; round < 4; round++) collect();
  expect(alive.filter((policy) => policy.deref() !== undefined).length).toBeLessThan(20);
}, 60_000);
