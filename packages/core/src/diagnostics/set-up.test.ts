import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import {
  context,
  DiagLogLevel,
  diag,
  metrics,
  propagation,
  type ROOT_CONTEXT,
  trace,
} from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { TracerProvider } from '@opentelemetry/sdk-trace';
import { FakeOutgoing, incoming, publishing } from '../../test/fake-messages.ts';
import { fakeAdapter } from '../../test/test-bed.ts';
import { instrumenterOf } from '../adapter.ts';
import { createWaybill, type WaybillOptions } from '../index.ts';

const registryKey = Symbol.for('opentelemetry.js.api.1');
const globals = globalThis as Record<PropertyKey, unknown>;

let warnings: unknown[][];
beforeEach(() => {
  warnings = [];
  jest.spyOn(process, 'emitWarning').mockImplementation((...args: unknown[]) => void warnings.push(args));
  trace.disable();
  metrics.disable();
  context.disable();
});
afterEach(() => {
  jest.restoreAllMocks();
  delete globals[registryKey];
  delete globals.__SENTRY__;
  delete globals._ddtrace;
});

const handle = async (
  options: WaybillOptions,
  calls = 1,
  waybill = createWaybill(options),
): Promise<void> => {
  const instrumenter = instrumenterOf(waybill, fakeAdapter);
  for (let call = 0; call < calls; call++) {
    if (instrumenter.isIdle) continue;
    await instrumenter.publish(publishing([new FakeOutgoing()]));
    instrumenter.process({ messages: [incoming()], batch: false }, () => undefined);
  }
};
const warning = (code: string, text: string): unknown => [
  expect.stringContaining(text),
  { type: 'WaybillWarning', code },
];
const other = (version: string): unknown => ({ version, trace: { getTracer: () => undefined } });

describe('an SDK that was registered with another version of the API', () => {
  it.each([
    ['without options', {}],
    ['with diagnose', { diagnose: true }],
  ])('is reported once, with both versions, the place and the fix: %s', async (_how, options) => {
    const registry = other('1.9.0');
    globals[registryKey] = registry;

    await handle(options, 600);

    expect(warnings).toEqual([warning('WAYBILL_API_VERSION', 'is registered with @opentelemetry/api 1.9.0')]);
    expect(warnings[0]?.[0]).toMatch(
      /Waybill uses @opentelemetry\/api 1\.\d+\.\d+, .* \(noticed at .*set-up\.test\.ts:\d+:\d+\).*"@opentelemetry\/api": "1\.9\.0"/,
    );
    expect(globals[registryKey]).toBe(registry);
  });

  it('is reported if there is middleware, too', async () => {
    globals[registryKey] = other('1.9.0');
    const waybill = createWaybill().use({ consume: (_delivery, next) => next() });

    await handle({}, 1, waybill);

    expect(warnings).toHaveLength(1);
  });

  it('is reported if it is registered after the first call', async () => {
    const waybill = createWaybill();
    await handle({}, 1, waybill);
    globals[registryKey] = other('1.9.0');

    await handle({}, 10, waybill);

    expect(warnings).toHaveLength(1);
  });

  it('is reported if only its context manager is missing', async () => {
    globals[registryKey] = { version: '1.9.0', context: {} };

    await handle({ tracerProvider: new TracerProvider() });

    expect(warnings).toEqual([warning('WAYBILL_API_VERSION', '1.9.0')]);
  });

  it('is to use our version if its own is older than Waybill supports', async () => {
    globals[registryKey] = other('1.4.1');

    await handle({});

    expect(warnings[0]?.[0]).toMatch(/"@opentelemetry\/api": "1\.(?:9|1\d)\.\d+"/);
  });
});

describe('an SDK that is installed and has registered no provider', () => {
  const client = { getClient: () => ({}) };

  it.each([
    ['11.12.0', 'Sentry 11.12.0 runs without', 'enableOpenTelemetrySetup: true'],
    ['9.1.0', 'Sentry 9.1.0 runs without', 'skipOpenTelemetrySetup'],
  ])('is reported once with the set-up that fixes it: Sentry %s', async (version, what, fix) => {
    globals.__SENTRY__ = { version, [version]: { defaultCurrentScope: client } };

    await handle({}, 600);

    expect(warnings).toEqual([warning('WAYBILL_NO_PROVIDER', what)]);
    expect(warnings[0]?.[0]).toContain(fix);
  });

  it('is reported once with the set-up that fixes it: dd-trace', async () => {
    globals._ddtrace = {};

    await handle({}, 600);

    expect(warnings).toEqual([warning('WAYBILL_NO_PROVIDER', 'new tracer.TracerProvider().register()')]);
  });

  it('is not reported for a Sentry that was not initialised', async () => {
    globals.__SENTRY__ = { version: '11.12.0', '11.12.0': {} };

    await handle({}, 600);

    expect(warnings).toEqual([]);
  });

  it('is not reported if a provider is registered', async () => {
    globals._ddtrace = {};
    context.setGlobalContextManager(new AsyncLocalStorageContextManager());

    await handle({ tracerProvider: new TracerProvider() });

    expect(warnings).toEqual([]);
  });
});

it('a missing SDK is reported to diag once', async () => {
  const told: string[] = [];
  const ignore = (): void => undefined;
  diag.setLogger(
    {
      error: ignore,
      warn: ignore,
      debug: ignore,
      verbose: ignore,
      info: (...parts) => told.push(parts.join(' ')),
    },
    { logLevel: DiagLogLevel.INFO, suppressOverrideMessage: true },
  );

  await handle({}, 600);
  diag.disable();

  expect(told).toEqual([expect.stringContaining('No tracer provider is registered')]);
  expect(warnings).toEqual([]);
});

describe('a tracer provider without a context manager', () => {
  it('is reported once, with the fix', async () => {
    await handle({ tracerProvider: new TracerProvider() }, 10);

    expect(warnings).toEqual([warning('WAYBILL_NO_CONTEXT_MANAGER', 'context.setGlobalContextManager')]);
  });

  it('is reported once for each Waybill', async () => {
    await handle({ tracerProvider: new TracerProvider() });
    await handle({ tracerProvider: new TracerProvider() });

    expect(warnings).toHaveLength(2);
  });

  it('is not reported for a context manager that activates contexts derived from ours', async () => {
    class Deriving extends AsyncLocalStorageContextManager {
      override active() {
        return super.active().setValue(Symbol.for('theirs'), true);
      }
    }
    context.setGlobalContextManager(new Deriving());

    await handle({ tracerProvider: new TracerProvider() });

    expect(warnings).toEqual([]);
  });
});

describe('a context manager that leaves baggage active', () => {
  /** As that of dd-trace 6 does. */
  class Leaking extends AsyncLocalStorageContextManager {
    override with<A extends unknown[], F extends (...args: A) => ReturnType<F>>(
      target: typeof ROOT_CONTEXT,
      run: F,
      self?: ThisParameterType<F>,
      ...args: A
    ): ReturnType<F> {
      const baggage = propagation.getBaggage(target);
      const left =
        baggage === undefined
          ? propagation.deleteBaggage(super.active())
          : propagation.setBaggage(super.active(), baggage);
      const { _asyncLocalStorage: storage } = this as unknown as {
        _asyncLocalStorage: { enterWith(left: typeof ROOT_CONTEXT): void };
      };
      storage.enterWith(left);
      return super.with(target, run, self, ...args);
    }
  }

  it('leaves nothing of a message for the work after it', async () => {
    context.setGlobalContextManager(new Leaking());
    const instrumenter = instrumenterOf(createWaybill({ tracerProvider: new TracerProvider() }), fakeAdapter);
    const headers = { baggage: 'tenant=acme' };
    const seen: unknown[] = [];
    const tenant = (): unknown => propagation.getActiveBaggage()?.getEntry('tenant')?.value;

    expect(instrumenter.isIdle).toBe(false);
    await instrumenter.process({ messages: [incoming({ headers })], batch: false }, async () =>
      seen.push(tenant()),
    );
    const heartbeat = new FakeOutgoing();
    await instrumenter.publish(publishing([heartbeat]));
    instrumenter.open({ messages: [incoming({ headers })], batch: false }).run(() => seen.push(tenant()));

    expect(seen).toEqual(['acme', 'acme']);
    expect(heartbeat.headers).not.toHaveProperty('baggage');
    expect(tenant()).toBeUndefined();
  });
});

it('a warning of an adapter is emitted once for each Waybill', () => {
  for (const waybill of [createWaybill(), createWaybill()]) {
    const instrumenter = instrumenterOf(waybill, fakeAdapter);
    instrumenter.warn('WAYBILL_TEST', 'Its set-up is wrong.');
    instrumenter.warn('WAYBILL_TEST', 'Its set-up is still wrong.');
  }

  expect(warnings).toEqual(Array(2).fill(warning('WAYBILL_TEST', 'Its set-up is wrong.')));
});
