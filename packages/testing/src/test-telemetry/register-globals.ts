import {
  type ContextManager,
  context,
  type MeterProvider,
  metrics,
  propagation,
  type TextMapPropagator,
  type TracerProvider,
  trace,
} from '@opentelemetry/api';

/** What the OpenTelemetry API takes as its globals. */
export interface Globals {
  readonly contextManager: ContextManager;
  readonly propagator: TextMapPropagator;
  readonly tracerProvider: TracerProvider;

  /** Absent where the global meter provider stays what it is. */
  readonly meterProvider: MeterProvider | undefined;
}

type Registry = Partial<Record<'context' | 'propagation' | 'trace' | 'metrics', unknown>>;

/** Where the copies of the API (1.x) in a process share what is registered. The API itself cannot give all of it back. */
const registryKey = Symbol.for('opentelemetry.js.api.1');

/**
 * Registers globals of the OpenTelemetry API, in place of those that are registered now.
 *
 * @returns a function that puts the earlier ones back
 */
export function registerGlobals(globals: Globals): () => void {
  const { context: contexts, propagation: propagator, trace: tracers, metrics: meters } = registry();
  const earlier: Registry = {
    ...{ context: contexts, propagation: propagator, trace: tracers },
    ...(globals.meterProvider && { metrics: meters }),
  };
  // Disabling would also stop a context manager that is used again later.
  delete registry().context;
  delete registry().propagation;
  // A tracer that was taken before anything was registered works from now on, unless this is called.
  if (tracers !== undefined) trace.disable();
  context.setGlobalContextManager(globals.contextManager.enable());
  propagation.setGlobalPropagator(globals.propagator);
  trace.setGlobalTracerProvider(globals.tracerProvider);
  if (globals.meterProvider !== undefined) {
    metrics.disable();
    metrics.setGlobalMeterProvider(globals.meterProvider);
  }
  return () => {
    trace.disable();
    Object.assign(registry(), earlier);
  };
}

function registry(): Registry {
  const shared = globalThis as { [registryKey]?: Registry };
  return shared[registryKey] ?? {};
}
