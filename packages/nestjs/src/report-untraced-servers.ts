import { type CanActivate, type ExecutionContext, UseGuards } from '@nestjs/common';
import { instrumenterOf, isTraced, type Waybill } from '@waybill/core/adapter';
import type { MessageHandler } from './message-handlers.ts';
import { nestjs } from './trace-nest.ts';

/** A transport whose servers can be traced. */
interface Transport {
  readonly name: string;

  /** The method of its context that gives what its messages come from: a client that is traced if the server is. */
  readonly source: string;

  /** What traces a server, and the class of the server. */
  readonly trace: string;
  readonly server: string;
}

const transports: readonly Transport[] = [
  { name: 'Kafka', source: 'getConsumer', trace: 'traceServerKafka', server: 'ServerKafka' },
  { name: 'RabbitMQ', source: 'getChannelRef', trace: 'traceServerRMQ', server: 'ServerRMQ' },
];

/** The Waybill of the application that has a handler; the last one, if several applications are made of the same classes. */
const waybills = new WeakMap<CallableFunction, Waybill>();

/**
 * Has `diag` say so if messages come to the handlers from a server of Kafka or RabbitMQ that is not traced. A server that Nest makes from
 * options is in none of its modules, so only the messages tell.
 */
export function reportUntracedServers(handlers: Iterable<MessageHandler>, waybill: Waybill): void {
  if (instrumenterOf(waybill, nestjs).isDisabled) return;
  for (const [prototype, name, descriptor] of handlers) {
    const handler = descriptor.value as CallableFunction;
    if (!waybills.has(handler)) UseGuards(serverCheck)(prototype, name, descriptor);
    waybills.set(handler, waybill);
  }
}

/** A guard that lets every message pass. */
const serverCheck: CanActivate = {
  canActivate(execution: ExecutionContext): boolean {
    const waybill = waybills.get(execution.getHandler());
    if (waybill !== undefined) check(execution.switchToRpc().getContext(), waybill);
    return true;
  },
};

type RpcContext = Readonly<Record<string, unknown>> | undefined;

function check(context: RpcContext, waybill: Waybill): void {
  for (const { name, source, trace, server } of transports) {
    const get = context?.[source];
    if (typeof get !== 'function') continue;
    const client: unknown = get.call(context);
    if (typeof client !== 'object' || client === null || isTraced(client, waybill, trace)) continue;
    instrumenterOf(waybill, nestjs).report(
      'WAYBILL_NEST_SERVER_NOT_TRACED',
      `Messages of ${name} come without span, trace and baggage, as the server of the microservice is not traced. Make it by ${trace}(new ${server}(options), app.get(WAYBILL)), and pass it as strategy`,
    );
  }
}
