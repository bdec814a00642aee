import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, afterEach, describe, expect, it } from '@jest/globals';
import { DiagLogLevel, diag } from '@opentelemetry/api';
import {
  createWaybill,
  type PolicyListener,
  type PolicySource,
  type Waybill,
  WaybillError,
  type WaybillOptions,
  type WaybillPolicy,
} from '@waybill/core';
import { expectNoLeaks, MemoryBroker, startTestTelemetry, traceMemoryBroker } from '../index.ts';

const telemetry = await startTestTelemetry({ metrics: true });
const { spans } = telemetry;
const waybills: Waybill[] = [];
afterEach(async () => {
  for (const waybill of waybills.splice(0)) expectNoLeaks(waybill);
  await telemetry.reset();
});
afterAll(() => telemetry.shutdown());

/** A broker that is traced by a Waybill with these options. */
function traced(options: WaybillOptions): { readonly broker: MemoryBroker; readonly waybill: Waybill } {
  const waybill = createWaybill({ diagnose: true, ...options });
  waybills.push(waybill);
  return { broker: traceMemoryBroker(new MemoryBroker(), waybill), waybill };
}

/** Sends a message and handles it. */
async function sendAndHandle(broker: MemoryBroker): Promise<void> {
  await broker.publish('orders', { body: 1 });
  const subscription = broker.subscribe('orders', () => undefined);
  await broker.idle();
  subscription.close();
}

/** What was counted of changes of the policy. */
async function changes(): Promise<unknown> {
  const metric = (await telemetry.metrics()).find(({ name }) => name === 'waybill.policy.changes');
  return metric?.points.map(({ attributes, value }) => [attributes['waybill.policy.result'], value]);
}

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

describe('a source of policies', () => {
  it('gives the policy to begin with, and each that follows', async () => {
    const source = new TestSource({ relation: 'link' });
    const { broker } = traced({ policySource: source });
    await sendAndHandle(broker);
    expect(source.set({ queues: { 'ord*': { relation: 'parent' } } })).toEqual([]);
    await sendAndHandle(broker);

    const rules = spans
      .named('process orders')
      .all.map(({ attributes }) => [attributes['waybill.relation'], attributes['waybill.relation.rule']]);
    expect(rules).toEqual([
      ['link', '(default)'],
      ['parent', 'ord*'],
    ]);
    expect(await changes()).toEqual([['applied', 1]]);
  });

  it('has the defaults of the application below it, field by field', async () => {
    const source = new TestSource({ queues: { orders: { linkAfter: '5s' } } });
    const policy: WaybillPolicy = {
      linkAfter: '9s',
      queues: { orders: { late: 'ambient', linkAfter: '7s' }, bills: { relation: 'link' } },
    };
    const { waybill } = traced({ policy, policySource: source });

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
    const { broker } = traced({ policySource: source });
    await sendAndHandle(broker);
    spans.named('send orders').toHaveCount(0);
    spans.named('process orders').toHaveCount(0);
    source.set({});
    await sendAndHandle(broker);

    spans.named('process orders').toBeChildOf(spans.named('send orders'));
  });

  it('that is wrong at the start is refused with all its mistakes and their places', () => {
    const source = new TestSource({ linkAfter: 'soon', queues: { orders: { relation: 'child' } } } as never);
    const create = (): unknown => traced({ policySource: source });

    expect(create).toThrow(WaybillError);
    expect(create).toThrow(
      /^createWaybill: 2 mistakes in its configuration\n {2}waybill\.policy\.yaml:2:3: policy\.linkAfter: "soon" .*\n {2}waybill\.policy\.yaml:4:3: policy\.queues\["orders"\]\.relation: /,
    );
  });

  it('that is wrong later is refused with all its mistakes, and the last good policy stays', async () => {
    const source = new TestSource({ relation: 'link' });
    const { waybill } = traced({ policySource: source });
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
    expect(await changes()).toEqual([['refused', 1]]);
  });

  it('that cannot be read is reported, and the last good policy stays', async () => {
    const source = new TestSource({ relation: 'link' });
    const { waybill } = traced({ policySource: source });
    const warnings = captureWarnings();
    source.listener?.failed(new Error('waybill.policy.yaml: ENOENT'));

    expect(waybill.explain('orders').consume.relation).toBe('link');
    expect(warnings).toEqual([expect.stringContaining('Error: waybill.policy.yaml: ENOENT')]);
    expect(await changes()).toEqual([['refused', 1]]);
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
    const { waybill } = traced({ policySource: source });
    captureWarnings();

    expect(source.set(policy as never)).toHaveLength(1);
    expect(waybill.explain('orders').consume.relation).toBe('link');
  });

  it('has to be one', () => {
    expect(() => traced({ policySource: {} as never })).toThrow(
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
  const { broker } = traced({ policySource: source });
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
  expect(await changes()).toEqual([
    ['refused', 1_000],
    ['applied', 1_000],
  ]);
  await new Promise(setImmediate);
  for (let round = 0; round < 4; round++) collect();
  expect(alive.filter((policy) => policy.deref() !== undefined).length).toBeLessThan(20);
}, 60_000);
