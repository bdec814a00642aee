import type { MeterProvider, TracerProvider } from '@opentelemetry/api';
import type { Waybill, WaybillOptions } from '@waybill/core';
import type { Client, Trace } from './clients.ts';
import { loadPackage } from './load-package.ts';
import { policyFromEnvironment } from './policy-from-environment.ts';
import { type ModuleExports, replaceExports } from './replace-exports.ts';

type Core = typeof import('@waybill/core');

/** Has one Waybill trace every client that is made by what stands for the factories of modules. */
export class ClientTracing {
  isEnabled = true;

  /** Default: the global one. Of effect until the first client is made, as is {@link meterProvider}. */
  tracerProvider: TracerProvider | undefined;
  meterProvider: MeterProvider | undefined;

  readonly #warn: (text: string, detail?: unknown) => void;
  readonly #policy: Pick<WaybillOptions, 'policy' | 'policySource'>;
  readonly #adapters = new Map<string, unknown>();
  /** What stands for a factory, so that a program that both imports and requires a module sees one of it. */
  readonly #replacements = new WeakMap<object, unknown>();
  #waybill: Waybill | undefined;

  /**
   * @param waybill default: one that is made with the first client, by the policy of the environment.
   * @throws WaybillError `WAYBILL_INVALID_POLICY_FILE` when that policy is wrong.
   */
  constructor(warn: (text: string, detail?: unknown) => void, waybill?: Waybill) {
    this.#warn = warn;
    this.#waybill = waybill;
    this.#policy = waybill === undefined ? policyFromEnvironment(loadPackage) : {};
  }

  /** Gives a module's exports factories that trace what they make. */
  replace(client: Client, exports: ModuleExports): ModuleExports {
    const trace: Trace<never> = (given, run) => {
      if (!this.isEnabled) return given;
      try {
        const adapter = this.#adapter(client);
        return adapter === undefined ? given : run(adapter as never, this.#theWaybill());
      } catch (error) {
        this.#warn(
          `A client of ${client.module} cannot be traced; its messages are not affected [WAYBILL_AUTO_NOT_TRACED]`,
          error,
        );
        return given;
      }
    };
    const replacements = Object.entries(client.replacements(exports, trace));
    return replaceExports(
      exports,
      Object.fromEntries(
        replacements.map(([name, replacement]) => [name, this.#oneFor(exports[name], replacement)]),
      ),
    );
  }

  #oneFor(factory: unknown, replacement: unknown): unknown {
    if (typeof factory !== 'function') return replacement;
    const known = this.#replacements.get(factory) ?? replacement;
    this.#replacements.set(factory, known);
    return known;
  }

  #adapter({ adapter: name, module }: Client): unknown {
    if (!this.#adapters.has(name)) {
      const adapter = loadPackage(name);
      this.#adapters.set(name, adapter);
      if (adapter === undefined) {
        this.#warn(
          `${module} is used, but not traced, as ${name} is not installed. Install ${name}. [WAYBILL_AUTO_NO_ADAPTER]`,
        );
      }
    }
    return this.#adapters.get(name);
  }

  #theWaybill(): Waybill {
    this.#waybill ??= (loadPackage('@waybill/core') as Core).createWaybill({
      ...this.#policy,
      tracerProvider: this.tracerProvider,
      meterProvider: this.meterProvider,
    });
    return this.#waybill;
  }
}
