import { HeaderRecord, type HeaderValue, type IncomingMessage } from '@waybill/core/adapter';
import type { DeliveredMessage } from '../memory-broker/memory-message.ts';

/** A message that was delivered from a queue. */
export class MemoryIncomingMessage implements IncomingMessage {
  readonly destination: string;
  readonly queueKey: string;
  readonly native: DeliveredMessage;
  readonly id: string;
  readonly sentAt: number | undefined;
  readonly sentAtSource = 'publishedAt';
  readonly attempt: number;
  readonly recurring = false;
  readonly receipt: string;
  readonly orderingKey = undefined;

  constructor(native: DeliveredMessage) {
    this.destination = native.queue;
    this.queueKey = native.queue;
    this.native = native;
    this.id = native.id;
    this.sentAt = native.publishedAt;
    this.attempt = native.attempt;
    this.receipt = native.receipt;
  }

  header(name: string): HeaderValue {
    return new HeaderRecord(this.native.headers).get(name);
  }

  headerNames(): string[] {
    return Object.keys(this.native.headers);
  }

  /** The broker has nothing to tell that core does not know. */
  describe(): void {}
}
