import { describe, expect, it } from '@jest/globals';
import { type Instrumenter, instrumenterOf } from '@waybill/core/adapter';
import { active, type TracedBroker, tracedBroker, withBaggage } from '../../test/traced-broker.ts';
import { unlimitedHeaders } from '../memory-broker/header-limits.ts';
import type { DeliveredMessage } from '../memory-broker/memory-message.ts';
import { adapterInfo } from './adapter-info.ts';
import { MemoryIncomingMessage } from './incoming-message.ts';
import { MemoryOutgoingMessage } from './outgoing-message.ts';

/** What the instrumenter does for clients that are not like the in-memory one. */
const outgoing = (): MemoryOutgoingMessage =>
  new MemoryOutgoingMessage('orders', { body: 1 }, unlimitedHeaders);

function portOfBroker({ waybill }: TracedBroker): Instrumenter {
  return instrumenterOf(waybill, adapterInfo);
}

describe('a client that answers at once', () => {
  it('gets its answer back at once', () => {
    const traced = tracedBroker();
    const message = outgoing();
    const answer = portOfBroker(traced).publish({
      messages: [message],
      batch: false,
      completes: 'sync',
      invoke: () => message.headers.get('traceparent') !== undefined,
    });

    expect(answer).toBe(true);
    traced.spans.named('send orders').toHaveSucceeded();
  });

  it('throws at once', () => {
    const traced = tracedBroker();
    const error = new RangeError('closed');
    const publish = (): unknown =>
      portOfBroker(traced).publish({
        messages: [outgoing()],
        batch: false,
        completes: 'sync',
        invoke: () => {
          throw error;
        },
      });

    expect(publish).toThrow(error);
    traced.spans.named('send orders').toHaveFailedWith('RangeError', 'closed');
  });

  it('cannot have asynchronous middleware', () => {
    const traced = tracedBroker();
    traced.waybill.use({ name: 'slow', publish: async (_call, next) => next() });
    const publish = (): unknown =>
      portOfBroker(traced).publish({
        messages: [outgoing()],
        batch: false,
        completes: 'sync',
        invoke: () => true,
      });

    expect(publish).toThrow(expect.objectContaining({ code: 'middleware-async-on-sync-call' }));
    expect(publish).toThrow('"slow"');
  });
});

describe('a client that calls back', () => {
  it.each([
    ['without an error', undefined],
    ['with null', null],
    ['with an error', new RangeError('nacked')],
  ])('ends the span when it does so %s, and not before', (_title, error) => {
    const traced = tracedBroker();
    let callBack: (failure?: unknown) => void = () => undefined;
    const answer = portOfBroker(traced).publish({
      messages: [outgoing()],
      batch: false,
      completes: 'callback',
      invoke(done) {
        callBack = done;
        return 'buffered';
      },
    });
    const before = traced.spans.named('send orders').count;
    callBack(error);
    callBack(new TypeError('called again'));

    expect(answer).toBe('buffered');
    expect(before).toBe(0);
    if (error) traced.spans.named('send orders').toHaveFailedWith('RangeError', 'nacked');
    else traced.spans.named('send orders').toHaveSucceeded();
  });
});

describe('a client whose messages are acknowledged long after their handler returned', () => {
  async function opened(traced: TracedBroker) {
    await withBaggage({ tenant: 'acme' }, () => traced.broker.publish('orders', { body: 1 }));
    const [message] = await traced.broker.receive('orders');
    const incoming = new MemoryIncomingMessage(message as DeliveredMessage);
    return portOfBroker(traced).open({ messages: [incoming], batch: false });
  }

  it('has one span from the delivery to the acknowledgement', async () => {
    const traced = tracedBroker();
    const delivery = await opened(traced);
    const inside = delivery.run(() => active());
    const beforeAck = traced.spans.named('process orders').count;
    delivery.end();
    delivery.end({ error: new Error('acknowledged twice') });

    expect(beforeAck).toBe(0);
    const processed = traced.spans
      .named('process orders')
      .toBeChildOf(traced.spans.named('send orders'))
      .toHaveSucceeded();
    expect(inside).toEqual({ spanId: processed.only.spanId, baggage: { tenant: 'acme' } });
    expect(active()).toEqual({ spanId: undefined, baggage: {} });
  });

  it('tells what it was rejected for', async () => {
    const traced = tracedBroker();
    const delivery = await opened(traced);
    delivery.run(() => undefined);
    delivery.end({ error: new RangeError('rejected') });

    traced.spans.named('process orders').toHaveFailedWith('RangeError', 'rejected');
  });
});
