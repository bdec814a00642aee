import { AsyncLocalStorage } from 'node:async_hooks';
import {
  context,
  createContextKey,
  diag,
  metrics,
  propagation,
  ROOT_CONTEXT,
  trace,
} from '@opentelemetry/api';
import type { WarningCode } from '../codes.ts';
import { safely } from '../diag.ts';
import { contain } from '../ground/run-in.ts';
import { placeOfCall } from './place-of-call.ts';
import { rewritesClients, runningSentry } from './sentry.ts';

/** The registry that all copies of the API in a process share. */
interface Registry {
  readonly version?: string;
  readonly trace?: unknown;
  readonly metrics?: unknown;
  readonly context?: unknown;
}

/** The last call that looks for the reason of a missing SDK. */
const lastLook = 512;

const registryKey = Symbol.for('opentelemetry.js.api.1');
const globals = globalThis as Record<PropertyKey, unknown>;
const probeKey = createContextKey('waybill.probe');
const probe = propagation.setBaggage(
  ROOT_CONTEXT.setValue(probeKey, true),
  propagation.createBaggage({ 'waybill.probe': { value: '1' } }),
);
const barrenProbe = ROOT_CONTEXT.setValue(probeKey, true);
const probeIsActive = (): boolean => context.active().getValue(probeKey) === true;

/** Checks once what an application set up for OpenTelemetry, and warns of what keeps it from working. Every Waybill has its own. */
export class SetUp {
  readonly #said = new Set<WarningCode>();
  #calls = 0;
  #nextLook = 1;

  /** A call finds no tracer provider. The 1st, 8th, 64th and 512th look for the reason, as an SDK may start late. */
  missing(): void {
    if (this.#calls >= lastLook) return;
    this.#calls += 1;
    if (this.#calls !== this.#nextLook) return;
    this.#nextLook *= 8;
    safely('Looking for an SDK', () => this.#explain());
  }

  /** A call finds a tracer provider that was not there before. */
  found(): void {
    this.#calls = lastLook;
    const { reaches, leaks } = safely('Looking at the context manager', tryContexts) ?? {
      reaches: true,
      leaks: false,
    };
    contain(leaks);
    if (reaches || this.#sayVersions()) return;
    this.warn(
      'WAYBILL_NO_CONTEXT_MANAGER',
      'There is a tracer provider, but no context manager: what handlers start and publish belongs to no trace. Call context.setGlobalContextManager(new AsyncLocalStorageContextManager()) of @opentelemetry/context-async-hooks before the first message, or start the NodeSDK.',
    );
  }

  #explain(): void {
    if (this.#sayVersions()) return;
    const explanation = withoutProvider();
    if (explanation !== undefined) {
      this.#calls = lastLook;
      this.warn('WAYBILL_NO_PROVIDER', explanation);
    } else if (this.#calls === 1) {
      diag.info(
        '@waybill/core',
        'No tracer provider is registered. Nothing is recorded until an OpenTelemetry SDK starts, or createWaybill() is given a tracerProvider. [WAYBILL_NO_SDK]',
      );
    }
  }

  /** Warns that an SDK registered itself with a version of the API that ours does not accept. */
  #sayVersions(): boolean {
    const registry = globals[registryKey] as Registry | undefined;
    if (registry === undefined || !isHidden(registry)) return false;
    this.#calls = lastLook;
    const theirs = String(registry.version);
    const ours = ownVersion();
    const place = placeOfCall();
    const pinned = /^1\.(?:9|\d\d+)\./.test(theirs) ? theirs : ours;
    this.warn(
      'WAYBILL_API_VERSION',
      `An OpenTelemetry SDK is registered with @opentelemetry/api ${theirs}. Waybill uses @opentelemetry/api ${ours}, which does not see it, so nothing is traced${place === undefined ? '' : ` (noticed at ${place})`}. Have one version: \`npm ls @opentelemetry/api\` shows who brings which, and "overrides": { "@opentelemetry/api": "${pinned}" } in package.json makes them one.`,
    );
    return true;
  }

  /** Emits a process warning, each code once. */
  warn(code: WarningCode, text: string): void {
    if (this.#said.has(code)) return;
    this.#said.add(code);
    process.emitWarning(text, { type: 'WaybillWarning', code });
  }
}

/** Whether a context is active in the code that runs in it. Without a context manager it never is. */
export function hasContextManager(): boolean {
  return safely('Looking for a context manager', () => context.with(barrenProbe, probeIsActive)) ?? true;
}

/** In its own frame, which keeps what a context manager leaves behind. */
function tryContexts(): { readonly reaches: boolean; readonly leaks: boolean } {
  return AsyncLocalStorage.snapshot()(() => {
    const reaches = context.with(probe, probeIsActive);
    const after = context.active();
    const leaks = probeIsActive() || propagation.getBaggage(after)?.getEntry('waybill.probe') !== undefined;
    return { reaches, leaks };
  });
}

/** Whether something is registered that our copy of the API does not return. */
function isHidden(registry: Registry): boolean {
  return (
    (registry.trace !== undefined && registry.trace !== trace.getTracerProvider()) ||
    (registry.metrics !== undefined && registry.metrics !== metrics.getMeterProvider()) ||
    (registry.context !== undefined && !hasContextManager())
  );
}

/** The version of our copy of the API. It is not exported, but it marks what the copy registers first. */
function ownVersion(): string {
  const registry = globals[registryKey];
  try {
    globals[registryKey] = undefined;
    metrics.setGlobalMeterProvider(metrics.getMeterProvider());
    return String((globals[registryKey] as Registry | undefined)?.version);
  } finally {
    globals[registryKey] = registry;
  }
}

/** How to make a known, loaded SDK register a provider. */
function withoutProvider(): string | undefined {
  const sentry = runningSentry();
  if (sentry !== undefined) {
    const fix = rewritesClients(sentry)
      ? 'Pass enableOpenTelemetrySetup: true to Sentry.init()'
      : 'Leave skipOpenTelemetrySetup out of Sentry.init(), or start an SDK of your own before the first message';
    return `Sentry ${sentry.version} runs without a tracer provider of OpenTelemetry, so no message is traced. ${fix}.`;
  }
  if (globals._ddtrace === undefined) return undefined;
  return 'dd-trace runs without a tracer provider of OpenTelemetry, so no message is traced. Call new tracer.TracerProvider().register() after tracer.init().';
}
