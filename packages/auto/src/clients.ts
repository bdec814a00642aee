import type { Waybill } from '@waybill/core';
import { interceptClass, interceptFunction } from './intercept.ts';
import type { ModuleExports } from './replace-exports.ts';

/**
 * Makes something of a client traced.
 *
 * @param trace calls the adapter's function, such as `traceProducer`.
 * @returns what `trace` returns; what it was given, if the adapter is not installed, refuses it, or the instrumentation is disabled.
 */
export type Trace<Adapter> = <T>(given: T, trace: (adapter: Adapter, waybill: Waybill) => T) => T;

/** A module of a client library whose public factories are replaced. */
export interface Client {
  /** What programs import. */
  readonly specifier: string;

  /** The package that it is in. */
  readonly module: string;

  /** The file of the package, where it is not the main one. */
  readonly file?: string;

  /** The versions of the package that the adapter takes. */
  readonly versions: readonly string[];

  /** The package that traces it. */
  readonly adapter: string;

  /** What the text of a bundle has that the module is in, also a minified one. */
  readonly textInBundle: string;

  /** What stands for the factories among the exports. */
  replacements(exports: ModuleExports, trace: Trace<never>): ModuleExports;
}

type Amqplib = typeof import('@waybill/amqplib');
type Bullmq = typeof import('@waybill/bullmq');
type Kafkajs = typeof import('@waybill/kafkajs');
type Sqs = typeof import('@waybill/sqs');

/** Every module that is looked at. None of them is loaded. */
export const clients: readonly Client[] = [
  {
    specifier: 'kafkajs',
    module: 'kafkajs',
    versions: ['^2.2.0'],
    adapter: '@waybill/kafkajs',
    textInBundle: 'KafkaJSConnectionError',
    replacements: ({ Kafka }, trace: Trace<Kafkajs>) => ({
      // Each Kafka has its own methods, which are outside of what other instrumentations put on the prototype, before or after.
      Kafka: interceptClass(Kafka, (kafka) => {
        replaceMethod(kafka, 'producer', (producer) =>
          trace(producer, (adapter, waybill) => adapter.traceProducer(producer as never, waybill)),
        );
        replaceMethod(kafka, 'consumer', (consumer) =>
          trace(consumer, (adapter, waybill) => adapter.traceConsumer(consumer as never, waybill)),
        );
      }),
    }),
  },
  {
    specifier: 'amqplib',
    module: 'amqplib',
    versions: ['>=0.10.0 <3'],
    adapter: '@waybill/amqplib',
    textInBundle: 'amqp-node.github.io/amqplib',
    replacements: ({ connect }, trace: Trace<Amqplib>) => ({
      connect: interceptFunction(connect, ([url, options, ...rest], call) => {
        const connecting = call([url, withTracedSetup(options, trace), ...rest]) as Promise<unknown>;
        return connecting.then((connection) => traceConnection(connection, trace));
      }),
    }),
  },
  {
    specifier: 'amqplib/callback_api',
    module: 'amqplib',
    file: 'amqplib/callback_api.js',
    versions: ['>=0.10.0 <3'],
    adapter: '@waybill/amqplib',
    textInBundle: 'amqp-node.github.io/amqplib',
    replacements: ({ connect }, trace: Trace<Amqplib>) => ({
      connect: interceptFunction(connect, (parameters, call) =>
        call(
          parameters.map((parameter) =>
            typeof parameter === 'function'
              ? interceptFunction(parameter, ([error, connection, ...rest], answer) =>
                  answer([error, error ? connection : traceConnection(connection, trace), ...rest]),
                )
              : withTracedSetup(parameter, trace),
          ),
        ),
      ),
    }),
  },
  {
    specifier: 'bullmq',
    module: 'bullmq',
    versions: ['^5.34.0', '^6.0.0'],
    adapter: '@waybill/bullmq',
    textInBundle: 'Queue name cannot contain',
    replacements: ({ Queue, FlowProducer, Worker }, trace: Trace<Bullmq>) => ({
      Queue: interceptClass(Queue, (queue) => {
        trace(queue, (adapter, waybill) => adapter.traceQueue(queue as never, waybill));
      }),
      FlowProducer: interceptClass(FlowProducer, (flows) => {
        trace(flows, (adapter, waybill) => adapter.traceFlowProducer(flows as never, waybill));
      }),
      Worker: interceptClass(
        Worker,
        () => undefined,
        ([name, processor, ...rest]) => [
          name,
          // A file's processor runs in another process or thread, where that file has to trace it.
          typeof processor === 'function'
            ? trace(processor, (adapter, waybill) => adapter.traceProcessor(processor as never, waybill))
            : processor,
          ...rest,
        ],
      ),
    }),
  },
  {
    specifier: '@aws-sdk/client-sqs',
    module: '@aws-sdk/client-sqs',
    versions: ['^3.600.0'],
    adapter: '@waybill/sqs',
    textInBundle: 'AmazonSQS',
    replacements: ({ SQSClient, SQS }, trace: Trace<Sqs>) => {
      const made = (client: object): void => {
        trace(client, (adapter, waybill) => adapter.traceSqsClient(client as never, waybill));
      };
      return { SQSClient: interceptClass(SQSClient, made), SQS: interceptClass(SQS, made) };
    },
  },
  {
    specifier: 'sqs-consumer',
    module: 'sqs-consumer',
    versions: ['>=12.0.0 <16'],
    adapter: '@waybill/sqs',
    textInBundle: 'Missing SQS consumer option',
    replacements: ({ Consumer }, trace: Trace<Sqs>) => {
      const traced = ([options, ...rest]: readonly unknown[]): unknown[] => [
        trace(options, (adapter, waybill) => adapter.traceConsumerOptions(options as never, waybill)),
        ...rest,
      ];
      const create = interceptFunction(Reflect.get(Object(Consumer), 'create'), (parameters, call) =>
        call(traced(parameters)),
      );
      const TracedConsumer = interceptClass(Consumer, () => undefined, traced);
      // Its own `create` knows only the class that is not replaced.
      const get = (target: object, name: string | symbol): unknown =>
        name === 'create' ? create : Reflect.get(target, name);
      return { Consumer: new Proxy(Object(TracedConsumer), { get }) };
    },
  },
];

function traceConnection<C>(connection: C, trace: Trace<Amqplib>): C {
  return trace(connection, (adapter, waybill) => adapter.traceConnection(connection as never, waybill));
}

/** Options of `connect` whose `recovery.setup` is handed a traced connection. What is no such options comes back as it is. */
function withTracedSetup(options: unknown, trace: Trace<Amqplib>): unknown {
  const { recovery } = Object(options) as { readonly recovery?: unknown };
  const { setup } = Object(recovery) as { readonly setup?: unknown };
  if (typeof setup !== 'function') return options;
  const traced = interceptFunction(setup, ([connection, ...rest], call) =>
    call([traceConnection(connection, trace), ...rest]),
  );
  return { ...Object(options), recovery: { ...Object(recovery), setup: traced } };
}

/** Has one instance's method return something else than it did. */
function replaceMethod(instance: object, name: string, change: (returned: unknown) => unknown): void {
  const method: unknown = Reflect.get(instance, name);
  const value = interceptFunction(method, (parameters, call) => change(call(parameters)));
  Object.defineProperty(instance, name, { value, writable: true, configurable: true });
}
