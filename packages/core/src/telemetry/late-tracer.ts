import { type Tracer, type TracerProvider, trace } from '@opentelemetry/api';

/**
 * Gives a tracer of the provider that is in force at the time of the call, so that an SDK that starts after the import, or
 * that is taken down and started again, is the one that records.
 */
export function lateTracer(
  scope: string,
  version: string,
  configured: TracerProvider | undefined,
): () => Tracer {
  let provider: TracerProvider | undefined;
  let tracer: Tracer | undefined;
  return () => {
    const current = configured ?? trace.getTracerProvider();
    if (tracer === undefined || provider !== current) {
      provider = current;
      tracer = current.getTracer(scope, version);
    }
    return tracer;
  };
}
