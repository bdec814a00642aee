import { type MeterProvider, metrics, type TracerProvider, trace } from '@opentelemetry/api';
import {
  InstrumentationBase,
  type InstrumentationConfig,
  InstrumentationNodeModuleDefinition,
  InstrumentationNodeModuleFile,
} from '@opentelemetry/instrumentation';
import type { Waybill, WaybillPolicy } from '@waybill/core';
import manifest from '../package.json' with { type: 'json' };
import { type Client, clients, type Trace } from './clients.ts';
import { loadPackage } from './load-package.ts';
import { policyFromEnvironment } from './policy-from-environment.ts';
import { type ModuleExports, replaceExports } from './replace-exports.ts';

type Core = typeof import('@waybill/core');

/** What {@link WaybillInstrumentation} can be told. */
export interface WaybillInstrumentationConfig extends InstrumentationConfig {
  /**
   * The Waybill that traces every client. Default: one that is made with the first client, with the policy of the file that
   * `WAYBILL_POLICY_FILE` names.
   */
  readonly waybill?: Waybill;
}

/**
 * Traces the clients of `kafkajs`, `amqplib`, `bullmq` and `@aws-sdk/client-sqs` that a program makes, as if it had handed each of them to
 * `traceProducer`, `traceConsumer`, `traceConnection`, `traceQueue`, `traceFlowProducer`, `traceProcessor` or `traceSqsClient`. It is for
 * programs that are not to be changed: `node --import @waybill/auto/register` makes one. Create it before the clients' modules are
 * loaded; ES modules need the hook of `@opentelemetry/instrumentation` or of `@waybill/auto/register` besides.
 *
 * Only what these packages export is replaced. The package of Waybill that traces a client is loaded when the program makes its first
 * one; where it is not installed, the client stays as it is, which is said once through `diag`.
 *
 * @throws WaybillError `invalid-configuration` when the file that `WAYBILL_POLICY_FILE` names cannot be read or is wrong.
 *
 * @example
 * const sdk = new NodeSDK({ instrumentations: [new WaybillInstrumentation(), getNodeAutoInstrumentations()] });
 * sdk.start();
 */
export class WaybillInstrumentation extends InstrumentationBase<WaybillInstrumentationConfig> {
  readonly #policy: WaybillPolicy | undefined;
  readonly #adapters = new Map<string, unknown>();
  /** What stands for a factory, so that a program that both imports and requires a module sees one of it. */
  readonly #replacements = new WeakMap<object, unknown>();
  #enabled = false;
  #waybill: Waybill | undefined;
  #tracerProvider: TracerProvider | undefined;
  #meterProvider: MeterProvider | undefined;

  constructor(config: WaybillInstrumentationConfig = {}) {
    // Enabled when there is everything that patches need: modules may have been loaded already.
    super(manifest.name, manifest.version, { ...config, enabled: false });
    this.setConfig(config);
    this.#waybill = config.waybill;
    this.#policy = config.waybill === undefined ? policyFromEnvironment(loadPackage) : undefined;
    if (config.enabled !== false) this.enable();
  }

  override enable(): void {
    this.#enabled = true;
    super.enable();
  }

  /** Clients that are made from now on are not traced. Those that were stay traced. */
  override disable(): void {
    this.#enabled = false;
    super.disable();
  }

  // The global providers are looked up with each call, so that one that is registered later is found.
  override setTracerProvider(provider: TracerProvider): void {
    super.setTracerProvider(provider);
    if (provider !== trace.getTracerProvider()) this.#tracerProvider = provider;
  }

  override setMeterProvider(provider: MeterProvider): void {
    super.setMeterProvider(provider);
    if (provider !== metrics.getMeterProvider()) this.#meterProvider = provider;
  }

  protected override init(): InstrumentationNodeModuleDefinition[] {
    const modules = Map.groupBy(clients, ({ module }) => module);
    return [...modules].map(([module, ofModule]) => {
      const main = ofModule.find(({ file }) => file === undefined);
      const files = ofModule.flatMap((client) =>
        client.file === undefined
          ? []
          : new InstrumentationNodeModuleFile(
              client.file,
              [...client.versions],
              (exports) => this.#replace(client, exports),
              () => undefined,
            ),
      );
      return new InstrumentationNodeModuleDefinition(
        module,
        [...(main?.versions ?? [])],
        (exports) => (main === undefined ? exports : this.#replace(main, exports)),
        () => undefined,
        files,
      );
    });
  }

  #replace(client: Client, exports: ModuleExports): ModuleExports {
    const traceClient: Trace<never> = (given, run) => {
      if (!this.#enabled) return given;
      try {
        const adapter = this.#adapter(client);
        return adapter === undefined ? given : run(adapter as never, this.#theWaybill());
      } catch (error) {
        this._diag.warn(
          `A client of ${client.module} cannot be traced; its messages are not affected`,
          error,
        );
        return given;
      }
    };
    const replacements = Object.entries(client.replacements(exports, traceClient));
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
        this._diag.warn(`${module} is used, but not traced, as ${name} is not installed. Install ${name}.`);
      }
    }
    return this.#adapters.get(name);
  }

  #theWaybill(): Waybill {
    this.#waybill ??= (loadPackage('@waybill/core') as Core).createWaybill({
      policy: this.#policy,
      tracerProvider: this.#tracerProvider,
      meterProvider: this.#meterProvider,
    });
    return this.#waybill;
  }
}
