import type { JourneySpan } from '../spans/journey-span.ts';
import { read, systemOfAttribute, textOf } from '../telemetry-names.ts';

/** The values of `messaging.system` in use, and what a policy calls them. */
const systems: Readonly<Record<string, string>> = {
  'aws.sqs': 'sqs',
  aws_sqs: 'sqs',
  amazonsqs: 'sqs',
  sqs: 'sqs',
  apache_kafka: 'kafka',
};

/** The messaging system of a span, as a policy names it; `undefined` where the span names none. */
export function systemOf({ attributes }: JourneySpan): string | undefined {
  const system = textOf(attributes, read.system)?.toLowerCase();
  if (system !== undefined) return Object.hasOwn(systems, system) ? systems[system] : system;
  return Object.entries(systemOfAttribute).find(([name]) => Object.hasOwn(attributes, name))?.[1];
}

/**
 * The names that a destination may have on the other side. RabbitMQ's publishers name an exchange, or an exchange and a routing key, its
 * consumers add the queue (messaging conventions 1.45, RabbitMQ): `shop`, `shop:orders.new`, `shop:orders.new:orders`.
 */
export function namesOfDestination(destination: string): string[] {
  const segments = destination.split(':', 4);
  const names = segments.map((_, last) => segments.slice(0, last + 1).join(':'));
  return [...new Set([...names, segments.at(-1) ?? destination, destination])];
}

/** The queue as a policy names it: `kafka:orders`. Of RabbitMQ's consumers, the last part is the queue. */
export function queueOf(span: JourneySpan, destination: string | undefined): string | undefined {
  if (destination === undefined) return undefined;
  const system = systemOf(span);
  const name = system === 'rabbitmq' ? (destination.split(':').at(-1) ?? destination) : destination;
  return system === undefined ? name : `${system}:${name}`;
}
