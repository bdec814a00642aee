import { expect, it } from '@jest/globals';
import { BullmqOutgoingMessage } from './outgoing-message.ts';

it('leaves a getter of the caller alone that throws, and is written to all the same', () => {
  const telemetry = {
    get note(): never {
      throw new Error('not now');
    },
  };
  const message = new BullmqOutgoingMessage(
    { name: 'orders' },
    { name: 'ship', opts: { telemetry } as never },
    undefined,
  );

  expect(message.headers.set('traceparent', '00-a')).toBeUndefined();
  expect(message.opts?.telemetry?.metadata).toBe('{"traceparent":"00-a"}');
});

it('replaces metadata that is too long for any reader, as a stranger may have sent what is in it', () => {
  const metadata = JSON.stringify({ baggage: 'tenant=other', filler: 'x'.repeat(65_536) });
  const message = new BullmqOutgoingMessage(
    { name: 'orders' },
    { name: 'ship', opts: { telemetry: { metadata } } },
    undefined,
  );

  expect(message.headers.set('traceparent', '00-a')).toBeUndefined();
  expect(message.opts?.telemetry?.metadata).toBe('{"traceparent":"00-a"}');
});

it.each(['text', 7, null, undefined])('is written to where what should be telemetry is %j', (telemetry) => {
  const message = new BullmqOutgoingMessage(
    { name: 'orders' },
    { name: 'ship', opts: { attempts: 2, telemetry } as never },
    undefined,
  );
  message.headers.set('traceparent', '00-a');

  expect(message.opts).toEqual({ attempts: 2, telemetry: { metadata: '{"traceparent":"00-a"}' } });
});
