import { HeaderReader, type IncomingMessage, plainFormat, type ReadableHeaders } from '@waybill/core/adapter';
import type { DeliveredMessage } from '../memory-broker/memory-message.ts';

/** A message that was delivered from a queue. */
export class MemoryIncomingMessage implements IncomingMessage {
  readonly destination: string;
  readonly queueKey: string;
  readonly native: DeliveredMessage;
  readonly headers: ReadableHeaders;
  readonly id: string;
  readonly sentAt: number | undefined;
  readonly sentAtSource = 'publishedAt';
  readonly attempt: number;
  readonly receipt: string;

  constructor(native: DeliveredMessage) {
    this.destination = native.queue;
    this.queueKey = native.queue;
    this.native = native;
    this.headers = new HeaderReader(native.headers, plainFormat);
    this.id = native.id;
    this.sentAt = native.publishedAt;
    this.attempt = native.attempt;
    this.receipt = native.receipt;
  }
}
