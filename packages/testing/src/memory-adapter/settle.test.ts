import { describe, expect, it } from '@jest/globals';
import { processMessage } from '@waybill/core';
import { type TracedBroker, tracedBroker } from '../../test/traced-broker.ts';
import type { DeliveredMessage } from '../memory-broker/memory-message.ts';

async function received({ broker }: TracedBroker, count = 1): Promise<DeliveredMessage[]> {
  for (let body = 0; body < count; body += 1) await broker.publish('orders', { body });
  return [...(await broker.receive('orders'))];
}

describe('settling', () => {
  it('inside the handler is a child of the span that handles the message', async () => {
    const traced = tracedBroker();
    const [message] = await received(traced);
    await processMessage(message as DeliveredMessage, (each) => traced.broker.ack(each));

    traced.spans
      .named('ack orders')
      .toBeChildOf(traced.spans.named('process orders'))
      .toHaveKind('CLIENT')
      .toHaveLinks(0)
      .toHaveAttributes({
        'messaging.operation.name': 'ack',
        'messaging.operation.type': 'settle',
        'messaging.destination.name': 'orders',
        'messaging.batch.message_count': undefined,
      });
    expect(await traced.broker.receive('orders')).toEqual([]);
  });

  it('after the handler is a child of the span that handled the message, in its journey', async () => {
    const traced = tracedBroker({ waybill: { policy: { relation: 'link' } } });
    const [message] = await received(traced);
    processMessage(message as DeliveredMessage, () => undefined);
    await traced.broker.release(message as DeliveredMessage);

    traced.spans
      .named('release orders')
      .toBeChildOf(traced.spans.named('process orders'))
      .toHaveAttributes({ 'waybill.journey.id': traced.spans.named('send orders').only.traceId });
  });

  it('inside another span is a child of that, and links to the one that handled the message', async () => {
    const traced = tracedBroker();
    const [message] = await received(traced);
    processMessage(message as DeliveredMessage, () => undefined);
    await traced.tracer.startActiveSpan('clean up', async (cleanUp) => {
      await traced.broker.ack(message as DeliveredMessage);
      cleanUp.end();
    });

    traced.spans
      .named('ack orders')
      .toBeChildOf(traced.spans.named('clean up'))
      .toHaveLinks(1)
      .toLinkTo(traced.spans.named('process orders'), { 'waybill.link.to': 'processing' });
  });

  it('a message that nobody handled is a root', async () => {
    const traced = tracedBroker();
    const [message] = await received(traced);
    await traced.broker.ack(message as DeliveredMessage);

    traced.spans.named('ack orders').toBeRoot().toHaveLinks(0);
  });

  it('marks its span when the client fails, and fails with the same error', async () => {
    const { broker, spans } = tracedBroker();
    const lost = { queue: 'orders', receipt: 'lost' } as DeliveredMessage;

    await expect(broker.ack(lost)).rejects.toThrow('No message is in flight with the receipt lost.');
    spans.named('ack orders').toHaveFailedWith('MemoryBrokerError');
  });
});

describe('settling a batch', () => {
  it('links to every span that handled one of its messages', async () => {
    const traced = tracedBroker();
    const messages = await received(traced, 3);
    for (const message of messages) processMessage(message, () => undefined);
    const results = await traced.broker.ackBatch('orders', messages);

    expect(results).toEqual(messages.map(({ id }) => ({ id })));
    traced.spans
      .named('ack orders')
      .toBeRoot()
      .toHaveLinks(3)
      .toLinkTo(traced.spans.named('process orders').each, { 'waybill.link.to': 'processing' })
      .toHaveAttributes({ 'messaging.batch.message_count': 3 })
      .toHaveSucceeded();
  });

  it('marks its span where some of the messages were not settled', async () => {
    const traced = tracedBroker();
    const messages = await received(traced, 2);
    await traced.broker.ack(messages[0] as DeliveredMessage);
    traced.spans.clear();
    const results = await traced.broker.ackBatch('orders', messages);

    expect(results).toEqual([{ error: expect.any(Error) }, { id: messages[1]?.id }]);
    traced.spans.named('ack orders').toHaveFailedWith('MemoryBrokerError');
  });

  it('without messages makes no span', async () => {
    const { broker, spans } = tracedBroker();

    expect(await broker.ackBatch('orders', [])).toEqual([]);
    spans.each.toHaveCount(0);
  });
});
