import { ProxyTracerProvider, type Tracer, type TracerProvider, trace } from '@opentelemetry/api';

/** Told whether there is an SDK. */
interface SdkObserver {
  found(): void;
  missing(): void;
}

/**
 * The tracer of the provider that is in force at the time it is asked for, so that an SDK that starts after the import, or
 * that is taken down and started again, is the one that records.
 */
export class LazyTracer {
  readonly #scope: string;
  readonly #version: string;
  readonly #configured: TracerProvider | undefined;
  readonly #observer: SdkObserver;
  #provider: TracerProvider | undefined;
  #tracer: Tracer | undefined;
  #present = false;

  /** @param configured the application's own provider; without it, the global one. */
  constructor(scope: string, version: string, configured: TracerProvider | undefined, observer: SdkObserver) {
    this.#scope = scope;
    this.#version = version;
    this.#configured = configured;
    this.#observer = observer;
  }

  get tracer(): Tracer {
    const provider = this.#current();
    if (this.#tracer === undefined) {
      this.#tracer = provider.getTracer(this.#scope, this.#version);
      // Some calls do not check first whether there is an SDK.
      void this.isPresent;
    }
    return this.#tracer;
  }

  /** Whether there is an SDK behind it. */
  get isPresent(): boolean {
    const provider = this.#current();
    if (this.#present) return true;
    this.#present = !isWaiting(provider);
    if (this.#present) this.#observer.found();
    else this.#observer.missing();
    return this.#present;
  }

  #current(): TracerProvider {
    const current = this.#configured ?? trace.getTracerProvider();
    if (current !== this.#provider) {
      this.#provider = current;
      this.#tracer = undefined;
      this.#present = false;
    }
    return current;
  }
}

/** The API's own provider stands in until an SDK registers, and then hands on to it. */
function isWaiting(provider: TracerProvider): boolean {
  return provider instanceof ProxyTracerProvider && provider.getDelegateTracer('') === undefined;
}
