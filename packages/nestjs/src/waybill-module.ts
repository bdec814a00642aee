import {
  ConfigurableModuleBuilder,
  type ConfigurableModuleCls,
  Global,
  Inject,
  Module,
  type OnModuleInit,
} from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { createWaybill, type Waybill, WaybillError, type WaybillOptions } from '@waybill/core';
import { messageHandlersOf } from './message-handlers.ts';
import { observeExceptions } from './observe-exceptions.ts';
import { reportUntracedServers } from './report-untraced-servers.ts';
import { traceProviders } from './trace-providers.ts';

/** What `WaybillModule.forRoot` takes: the options of `createWaybill`, or a Waybill that there is already. */
export type WaybillModuleOptions = WaybillOptions | { readonly waybill: Waybill };

/** The token of the application's Waybill, for `inject` of factories and for `app.get(WAYBILL)`. */
export const WAYBILL: unique symbol = Symbol.for('waybill.nestjs') as never;

/**
 * Injects the application's Waybill into a constructor or a property.
 *
 * @example
 * constructor(@InjectWaybill() private readonly waybill: Waybill) {}
 */
export const InjectWaybill = (): ParameterDecorator & PropertyDecorator => Inject(WAYBILL);

const { ConfigurableModuleClass, MODULE_OPTIONS_TOKEN } =
  new ConfigurableModuleBuilder<WaybillModuleOptions>()
    .setClassMethodName('forRoot')
    .setFactoryMethodName('createWaybillOptions')
    .build();

const Configurable: ConfigurableModuleCls<WaybillModuleOptions, 'forRoot', 'createWaybillOptions'> =
  ConfigurableModuleClass;

/**
 * Traces the queues of an application, without a change to its providers and handlers. It is global: import it once.
 *
 * - queues, flow producers and processors of `@nestjs/bullmq`
 * - providers that are a `ClientKafka` or a `ClientRMQ` of `@nestjs/microservices`
 * - the connections of `@golevelup/nestjs-rabbitmq`, and their handlers
 *
 * The server of a microservice is no provider: see `traceServerKafka` of `@waybill/nestjs/kafka` and `traceServerRMQ` of
 * `@waybill/nestjs/rabbitmq`. The adapter of a client, such as `@waybill/bullmq`, is loaded only if the application has such a client.
 * If it is not installed, `diag` says so once, and the client is not traced.
 *
 * `forRoot` takes {@link WaybillModuleOptions}; `forRootAsync` takes them from `useFactory`, or from the method `createWaybillOptions` of
 * a class (`useClass`, `useExisting`). Wrong options fail when the application is created, with a `WaybillError`.
 *
 * @example
 * imports: [WaybillModule.forRoot({ policy: { linkAfter: '1m' } }), BullModule.registerQueue({ name: 'orders' })]
 *
 * @example
 * WaybillModule.forRootAsync({
 *   inject: [ConfigService],
 *   useFactory: (config: ConfigService) => ({ policy: config.get('waybill') }),
 * });
 */
export class WaybillModule extends Configurable implements OnModuleInit {
  readonly #waybill: Waybill;
  readonly #modules: ModulesContainer;

  constructor(waybill: Waybill, modules: ModulesContainer) {
    super();
    this.#waybill = waybill;
    this.#modules = modules;
    initializeFirst(modules);
    // Nest reads the filters and guards of handlers before modules are initialized, if the microservices are started first.
    observeExceptions(messageHandlersOf(modules));
    reportUntracedServers(messageHandlersOf(modules), waybill);
  }

  onModuleInit(): Promise<void> {
    return traceProviders(this.#modules, this.#waybill);
  }
}

// As functions, so that the source needs no compiler for decorators.
Module({
  providers: [{ provide: WAYBILL, useFactory: waybillOf, inject: [MODULE_OPTIONS_TOKEN] }],
  exports: [WAYBILL],
})(WaybillModule);
Global()(WaybillModule);
Inject(WAYBILL)(WaybillModule, undefined, 0);
Inject(ModulesContainer)(WaybillModule, undefined, 1);

function waybillOf(options: WaybillModuleOptions): Waybill {
  const { waybill, ...others } = Object(options) as { readonly waybill?: Waybill };
  if (waybill === undefined) return createWaybill(options as WaybillOptions);
  const [other] = Object.keys(others);
  if (other === undefined) return waybill;
  throw new WaybillError(
    'WAYBILL_INVALID_OPTION',
    `WaybillModule: ${other}: a Waybill has its options already. Pass them to createWaybill(), or leave waybill out.`,
  );
}

/** Has this module initialized before the other global ones: that of `@nestjs/bullmq` makes the workers when it is. */
function initializeFirst(modules: ModulesContainer): void {
  for (const module of modules.values()) {
    if (module.metatype === WaybillModule) module.distance = Number.POSITIVE_INFINITY;
  }
}
