import { type MeterProvider, metrics, type TracerProvider, trace } from '@opentelemetry/api';
import {
  InstrumentationBase,
  type InstrumentationConfig,
  InstrumentationNodeModuleDefinition,
  InstrumentationNodeModuleFile,
} from '@opentelemetry/instrumentation';
import type { Waybill } from '@waybill/core';
import manifest from '../package.json' with { type: 'json' };
import { ClientTracing } from './client-tracing.ts';
import { clients } from './clients.ts';

/** What {@link WaybillInstrumentation} can be told. */
export interface WaybillInstrumentationConfig extends InstrumentationConfig {
  /**
   * The Waybill that traces every client. Default: one that is made with the first client, with the policy of the file that
   * `WAYBILL_POLICY_FILE` names: JSON, or, where `@waybill/policy-file` is installed, what its `policyFromFile` reads, watched.
   */
  readonly waybill?: Waybill;
}

/**
 * Traces the clients of `kafkajs`, `amqplib`, `bullmq`, `@aws-sdk/client-sqs` and `sqs-consumer` that a program makes, as if it had handed each of
 * them to the adapter's function, such as `traceProducer`. It is for
 * programs that are not to be changed: `node --import @waybill/auto/register` makes one. Create it before the clients' modules are
 * loaded; ES modules need the hook of `@opentelemetry/instrumentation` or of `@waybill/auto/register` besides.
 *
 * Only what these packages export is replaced. The package of Waybill that traces a client is loaded when the program makes its first
 * one; where it is not installed, the client stays as it is, which is said once through `diag`.
 *
 * @throws WaybillError `WAYBILL_INVALID_POLICY_FILE` when the file that `WAYBILL_POLICY_FILE` names cannot be read or is wrong.
 *
 * @example
 * const sdk = new NodeSDK({ instrumentations: [new WaybillInstrumentation(), getNodeAutoInstrumentations()] });
 * sdk.start();
 */
export class WaybillInstrumentation extends InstrumentationBase<WaybillInstrumentationConfig> {
  readonly #tracing: ClientTracing;

  constructor(config: WaybillInstrumentationConfig = {}) {
    // Enabled when there is everything that the patches need: modules may have been loaded already.
    super(manifest.name, manifest.version, { ...config, enabled: false });
    this.setConfig(config);
    this.#tracing = new ClientTracing((text, ...detail) => this._diag.warn(text, ...detail), config.waybill);
    if (config.enabled !== false) this.enable();
  }

  override enable(): void {
    this.#tracing.isEnabled = true;
    super.enable();
  }

  /** Clients that are made from now on are not traced. Those that were made stay traced. */
  override disable(): void {
    this.#tracing.isEnabled = false;
    super.disable();
  }

  // Waybill looks the global providers up with each call, so that one that is registered later is found.
  override setTracerProvider(provider: TracerProvider): void {
    super.setTracerProvider(provider);
    if (provider !== trace.getTracerProvider()) this.#tracing.tracerProvider = provider;
  }

  override setMeterProvider(provider: MeterProvider): void {
    super.setMeterProvider(provider);
    if (provider !== metrics.getMeterProvider()) this.#tracing.meterProvider = provider;
  }

  protected override init(): InstrumentationNodeModuleDefinition[] {
    return [...Map.groupBy(clients, ({ module }) => module)].map(([module, ofModule]) => {
      const main = ofModule.find(({ file }) => file === undefined);
      const files = ofModule.flatMap((client) =>
        client.file === undefined
          ? []
          : new InstrumentationNodeModuleFile(
              client.file,
              [...client.versions],
              (exports) => this.#tracing.replace(client, exports),
              () => undefined,
            ),
      );
      return new InstrumentationNodeModuleDefinition(
        module,
        [...(main?.versions ?? [])],
        (exports) => (main === undefined ? exports : this.#tracing.replace(main, exports)),
        () => undefined,
        files,
      );
    });
  }
}
