import { expect, it } from '@jest/globals';
import type { ReadableHeaders } from '../seam/headers.ts';
import { BaseIncomingMessage } from './base-incoming-message.ts';
import { HeaderReader, plainFormat } from './header-record.ts';

class Message extends BaseIncomingMessage<{ readonly time: number }> {
  reads = 0;

  get sentAt(): number | undefined {
    return this.isTrusted ? this.native.time : undefined;
  }

  protected readHeaders(): ReadableHeaders {
    this.reads += 1;
    return new HeaderReader({ traceparent: '00-a' }, plainFormat);
  }
}

it('goes by its destination, unless there is another queue key', () => {
  const [plain, routed] = [
    new Message({ time: 7 }, 'orders'),
    new Message({ time: 7 }, 'shop:order:orders', 'shop'),
  ];

  expect([plain.destination, plain.queueKey]).toEqual(['orders', 'orders']);
  expect([routed.destination, routed.queueKey]).toEqual(['shop:order:orders', 'shop']);
});

it('makes the reader of its headers when it is first asked for, once', () => {
  const message = new Message({ time: 7 }, 'orders');

  expect(message.reads).toBe(0);
  expect([message.headers.get('traceparent'), message.headers.names()]).toEqual(['00-a', ['traceparent']]);
  expect(message.reads).toBe(1);
});

it('no longer tells what its sender wrote once it is distrusted', () => {
  const message = new Message({ time: 7 }, 'orders');

  expect(message.sentAt).toBe(7);
  message.distrust();
  expect(message.sentAt).toBeUndefined();
});
