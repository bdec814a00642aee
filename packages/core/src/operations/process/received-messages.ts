import type { Attributes } from '@opentelemetry/api';
import { safely } from '../../diag.ts';
import { show } from '../../policy/policy-mistakes.ts';
import type { IncomingMessage } from '../../seam/incoming-message.ts';
import { attribute } from '../../semantic-conventions/telemetry-names.ts';

/** A message that a traced client received, and how to process it. */
export interface ProcessableMessage {
  /** Messages with the same key have to be handled one after the other; `undefined` where order does not matter. */
  readonly orderingKey: string | undefined;

  /** How a person finds the message: its queue and id, or its topic, partition and offset. */
  readonly name: string;

  /** Runs a handler in the message's span and context. */
  process<R>(handler: () => R): R;
}

/**
 * Received messages, held weakly: a message that the application releases is forgotten. All copies of this module in a process
 * (ESM beside CommonJS, or two versions) share one memory, so what is in it keeps the names of its members.
 */
const memory: WeakMap<object, ProcessableMessage> = sharedMemory();

/** Remembers how a message is processed, as long as the application holds on to what its client gave it. */
export function rememberReceived(native: unknown, received: ProcessableMessage): void {
  if (typeof native === 'object' && native !== null) memory.set(native, received);
}

/**
 * Forgets a message that cannot be processed any more. What is remembered holds the message, so that otherwise it stays until the next full
 * collection of garbage.
 */
export function forgetReceived(native: unknown): void {
  if (typeof native === 'object' && native !== null) memory.delete(native);
}

/** The remembered data of a message; `undefined` if no traced client received it. */
export function recallReceived(native: object): ProcessableMessage | undefined {
  return memory.get(native);
}

const switchedOff = Symbol.for('waybill.switched-off');

/** Notes that a Waybill is switched off, so that nothing is said of messages that no traced client received. */
export function expectUnknownMessages(): void {
  (globalThis as { [switchedOff]?: boolean })[switchedOff] = true;
}

/** Whether messages that no traced client received are no mistake of the application. */
export function areUnknownMessagesExpected(): boolean {
  return (globalThis as { [switchedOff]?: boolean })[switchedOff] === true;
}

/** Whether a message is remembered. */
export function isRemembered(native: unknown): boolean {
  return typeof native === 'object' && native !== null && memory.has(native);
}

/** What a person finds a message by. */
export function messageName(message: IncomingMessage): string {
  return safely('Naming a message', () => describeMessage(message)) ?? 'a message without a name';
}

function describeMessage(message: IncomingMessage): string {
  const { destination, position, id } = message;
  const attributes: Attributes = {};
  message.describe?.(attributes);
  const partition = attributes[attribute.destinationPartitionId];
  const parts = [destination.slice(0, 256)];
  if (partition !== undefined) parts.push(`partition ${partition}`);
  if (position !== undefined) parts.push(`offset ${position}`);
  if (id !== undefined) parts.push(`id ${show(id)}`);
  return parts.join(', ');
}

function sharedMemory(): WeakMap<object, ProcessableMessage> {
  const key = Symbol.for('waybill.received-messages');
  const holder = globalThis as { [key]?: WeakMap<object, ProcessableMessage> };
  holder[key] ??= new WeakMap();
  return holder[key];
}
