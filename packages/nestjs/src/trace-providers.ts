import type { ModulesContainer } from '@nestjs/core';
import type { Waybill } from '@waybill/core';
import { instrumenterOf } from '@waybill/core/adapter';
import { nestjs } from './trace-nest.ts';

/** Something that an application registered, and that messages go through. */
interface Kind {
  /** The package that traces it. */
  readonly adapter: string;

  /** Whether a provider is of this kind. It is not loaded to find out, as the application need not have it. */
  matches(provider: Provider): boolean;

  /** Loads the adapter, and gives what traces such a provider. */
  load(): Promise<(provider: never, waybill: Waybill) => unknown>;
}

interface Provider {
  readonly token: unknown;
  readonly instance: object;
}

const kinds: readonly Kind[] = [
  {
    adapter: '@waybill/bullmq',
    // The older `@nestjs/bull` has the same tokens; its queues process jobs by themselves.
    matches: ({ token, instance }) =>
      startsWith(token, 'BullQueue_') && has(instance, 'add', 'addBulk') && !has(instance, 'process'),
    load: async () => (await import('./trace-bull-module.ts')).traceQueue,
  },
  {
    adapter: '@waybill/bullmq',
    matches: ({ token, instance }) =>
      startsWith(token, 'BullFlowProducer_') && has(instance, 'add', 'addBulk'),
    load: async () => (await import('./trace-bull-module.ts')).traceFlowProducer,
  },
  {
    adapter: '@waybill/bullmq',
    matches: ({ token, instance }) =>
      typeof token === 'function' && token.name === 'ProcessorDecoratorService' && has(instance, 'decorate'),
    load: async () => (await import('./trace-bull-module.ts')).traceProcessors,
  },
  {
    adapter: '@waybill/kafkajs',
    matches: ({ instance }) => has(instance, 'createClient', 'subscribeToResponseOf', 'emitBatch'),
    load: async () => (await import('./trace-client-kafka.ts')).traceClientKafka,
  },
  {
    adapter: '@waybill/amqplib',
    matches: ({ instance }) => has(instance, 'createClient', 'setupChannel', 'consumeChannel'),
    load: async () => (await import('./trace-client-rmq.ts')).traceClientRMQ,
  },
  {
    // Of `@golevelup/nestjs-rabbitmq`.
    adapter: '@waybill/amqplib',
    matches: ({ instance }) => has(instance, 'managedChannels', 'createSubscriber', 'createRpc'),
    load: async () => (await import('./trace-amqp-connection.ts')).traceAmqpConnection,
  },
];

/**
 * Traces the providers of an application that messages go through. The adapters of other clients are not loaded. A provider that cannot be
 * traced stays as it is, and `diag` says why.
 */
export async function traceProviders(modules: ModulesContainer, waybill: Waybill): Promise<void> {
  const instrumenter = instrumenterOf(waybill, nestjs);
  const missing = new Set<string>();
  for (const provider of providersOf(modules)) {
    const kind = kinds.find(({ matches }) => matches(provider));
    if (kind === undefined) continue;
    const trace = await kind.load().catch((error: unknown) => {
      if (missing.has(kind.adapter)) return;
      missing.add(kind.adapter);
      instrumenter.report(
        'WAYBILL_NEST_NO_ADAPTER',
        `${nameOf(provider.token)} is registered, but not traced, as ${kind.adapter} cannot be loaded. Install ${kind.adapter}.`,
        error,
      );
    });
    try {
      trace?.(provider.instance as never, waybill);
    } catch (error) {
      instrumenter.report(
        'WAYBILL_NEST_NOT_TRACED',
        `${nameOf(provider.token)} cannot be traced; its messages are not affected`,
        error,
      );
    }
  }
}

function providersOf(modules: ModulesContainer): Provider[] {
  return [...modules.values()].flatMap(({ providers }) =>
    [...providers].flatMap(([token, wrapper]) => {
      const instance: unknown = wrapper.isDependencyTreeStatic() ? wrapper.instance : undefined;
      return typeof instance === 'object' && instance !== null ? [{ token, instance }] : [];
    }),
  );
}

function startsWith(token: unknown, beginning: string): boolean {
  return typeof token === 'string' && token.startsWith(beginning);
}

/** Whether an object has methods or accessors of these names. None is read: an accessor of the application's may do anything. */
function has(instance: object, ...names: readonly string[]): boolean {
  try {
    return names.every((name) => name in instance);
  } catch {
    return false;
  }
}

function nameOf(token: unknown): string {
  return typeof token === 'function' ? token.name : String(token);
}
