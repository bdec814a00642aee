import { context } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { AlwaysOnSampler, TracerProvider } from '@opentelemetry/sdk-trace';
import { createWaybill, type Waybill, type WaybillOptions } from '@waybill/core';
import { loadPolicy } from '@waybill/policy-file';
import { sampleLinked } from '@waybill/sampler';
import { expectNoLeaks, MemoryBroker, startTestTelemetry, traceMemoryBroker } from '@waybill/testing';
import { withSdk } from './told.ts';
import type { WrongUse } from './wrong-use.ts';

const globals = globalThis as Record<string, unknown>;

async function publish(waybill: Waybill): Promise<void> {
  await traceMemoryBroker(new MemoryBroker(), waybill).publish('orders', { body: 'one chair' });
}

async function withSentry(run: () => unknown): Promise<void> {
  globals.__SENTRY__ = { version: '11.1.0', '11.1.0': { defaultCurrentScope: { getClient: () => ({}) } } };
  try {
    await run();
  } finally {
    delete globals.__SENTRY__;
  }
}

async function withVariable(name: string, value: string, run: () => unknown): Promise<void> {
  process.env[name] = value;
  try {
    await run();
  } finally {
    delete process.env[name];
  }
}

/** What an application sets up in a wrong way, or not at all. */
export const setUps: readonly WrongUse[] = [
  {
    what: 'there is no SDK',
    code: 'WAYBILL_NO_SDK',
    use: () => publish(createWaybill()),
    mended: () => withSdk(() => publish(createWaybill())),
  },
  {
    what: 'an SDK without a context manager',
    code: 'WAYBILL_NO_CONTEXT_MANAGER',
    use: () => publish(createWaybill({ tracerProvider: new TracerProvider() })),
    mended() {
      context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
      return publish(createWaybill({ tracerProvider: new TracerProvider() }));
    },
  },
  {
    what: 'Sentry without a tracer provider',
    code: 'WAYBILL_NO_PROVIDER',
    use: () => withSentry(() => publish(createWaybill())),
    mended: () => withSentry(() => withSdk(() => publish(createWaybill()))),
  },
  {
    what: 'a switch that is neither true nor false',
    code: 'WAYBILL_UNKNOWN_SWITCH',
    use: () => withVariable('WAYBILL_DISABLED', 'yes', () => createWaybill()),
    mended: () => withVariable('WAYBILL_DISABLED', 'false', () => createWaybill()),
  },
  {
    what: 'a policy with a duration that is none',
    code: 'WAYBILL_INVALID_CONFIGURATION',
    use: () => createWaybill({ policy: { linkAfter: 'soon' as '1m' } }),
    mended: () => createWaybill({ policy: { linkAfter: '1m' } }),
  },
  {
    what: 'a relation function that is asynchronous',
    code: 'WAYBILL_INVALID_CONFIGURATION',
    use: () => createWaybill({ policy: { relation: (async () => 'link') as never } }),
    mended: () => createWaybill({ policy: { relation: () => 'link' } }),
  },
  {
    what: 'a key of the policy in place of an option',
    code: 'WAYBILL_INVALID_CONFIGURATION',
    use: () => createWaybill({ linkAfter: '1m' } as WaybillOptions),
    mended: () => createWaybill({ policy: { linkAfter: '1m' } }),
  },
  {
    what: 'a policy file that is not there',
    code: 'WAYBILL_INVALID_POLICY_FILE',
    use: () => loadPolicy('waybill.polcy.yaml'),
    mended: () => loadPolicy(`${import.meta.dirname}/waybill.policy.yaml`),
  },
  {
    what: 'a clock that gives text',
    code: 'WAYBILL_TELEMETRY_FAILED',
    use: () => withSdk(() => publish(createWaybill({ clock: () => new Date().toISOString() as never }))),
    mended: () => withSdk(() => publish(createWaybill({ clock: Date.now }))),
  },
  {
    what: 'a sampler that follows something unknown',
    code: 'WAYBILL_INVALID_OPTION',
    use: () => sampleLinked(new AlwaysOnSampler(), { follow: 'sender' as 'flag' }),
    mended: () => sampleLinked(new AlwaysOnSampler(), { follow: 'flag' }),
  },
  {
    what: 'metrics in a test that does not record them',
    code: 'WAYBILL_TESTING_NO_METRICS',
    use: async () => (await startTestTelemetry()).metrics(),
    mended: async () => (await startTestTelemetry({ metrics: true })).metrics(),
  },
  {
    what: 'a test for leaks of a Waybill that looks for none',
    code: 'WAYBILL_TESTING_NOT_DIAGNOSED',
    use: () => expectNoLeaks(createWaybill()),
    mended: () => expectNoLeaks(createWaybill({ diagnose: true })),
  },
];
