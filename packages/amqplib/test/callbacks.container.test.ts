import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { until } from '@waybill/brokers';
import type { ConsumeMessage, GetMessage } from 'amqplib';
import { connect, type RecoveringConnection } from 'amqplib/callback_api';
import { processMessage, traceConnection } from '../src/index.ts';
import { callbacks } from './apis.ts';
import { RabbitTestBed } from './rabbit-test-bed.ts';

let testBed: RabbitTestBed;
let queue: string;
beforeAll(async () => {
  testBed = await RabbitTestBed.open();
});
afterAll(() => testBed.close());
beforeEach(async () => {
  testBed.spans.clear();
  queue = await testBed.queue();
});
afterEach(() => testBed.disconnect());

describe('a channel of the API with callbacks', () => {
  it('publishes and consumes in spans, which an acknowledgement ends', async () => {
    const channel = await callbacks.channel(testBed, testBed.waybill());
    const messages: ConsumeMessage[] = [];
    channel.sendToQueue(queue, Buffer.from('one'));
    await callbacks.ask(channel, 'consume', queue, (message: ConsumeMessage) => void messages.push(message));
    await until(() => messages.length === 1);
    expect(testBed.spans.named(`process ${queue}`).count).toBe(0);
    channel.ackAll();

    const sent = testBed.spans.named(`publish ${queue}`).toHaveKind('PRODUCER');
    testBed.spans.named(`process ${queue}`).toBeChildOf(sent).toHaveSucceeded();
  });

  it('ends its span when its consumer is cancelled', async () => {
    const channel = await callbacks.channel(testBed, testBed.waybill());
    let handled = 0;
    channel.sendToQueue(queue, Buffer.from('one'));
    const handler = (): void => {
      handled += 1;
    };
    await callbacks.ask(channel, 'consume', queue, handler, { consumerTag: 'worker' });
    await until(() => handled === 1);
    await callbacks.ask(channel, 'cancel', 'worker');

    testBed.spans
      .named(`process ${queue}`)
      .toHaveSucceeded()
      .toHaveAttributes({ 'waybill.message.outcome': 'unsettled' });
  });

  it('gets messages for processMessage', async () => {
    const channel = await callbacks.channel(testBed, testBed.waybill({ receiveSpans: 'always' }));
    channel.sendToQueue(queue, Buffer.from('one'));
    await until(async () => (await testBed.depth(queue)) === 1);
    const message = (await callbacks.ask(channel, 'get', queue, { noAck: true })) as GetMessage;
    processMessage(message, () => undefined);

    const sent = testBed.spans.named(`publish ${queue}`);
    testBed.spans.named(`get ${queue}`).toHaveKind('CLIENT').toLinkTo(sent);
    testBed.spans.named(`process ${queue}`).toBeChildOf(sent);
  });

  it('marks a publish that the broker refuses', async () => {
    const refusing = await testBed.queue({
      arguments: { 'x-max-length': 1, 'x-overflow': 'reject-publish' },
    });
    const channel = await callbacks.confirmChannel(testBed, testBed.waybill());
    for (const body of ['kept', 'refused']) channel.sendToQueue(refusing, Buffer.from(body));
    await expect(callbacks.ask(channel, 'waitForConfirms')).rejects.toThrow('message nacked');

    const sent = testBed.spans.named(`publish ${refusing}`).toHaveCount(2);
    sent.at(0).toHaveSucceeded();
    sent.at(1).toHaveFailedWith('Error', 'message nacked');
  });

  it('is traced on a connection that recovers', async () => {
    const recovering = await new Promise<RecoveringConnection>((resolve) => {
      connect(testBed.url, { recovery: true }, (_error, connection) => resolve(connection));
    });
    traceConnection(recovering, testBed.waybill());
    await new Promise<void>((resolve) => {
      recovering.createChannel((_error, channel) => {
        channel.sendToQueue(queue, Buffer.from('one'));
        resolve();
      });
    });
    recovering.close();

    testBed.spans.named(`publish ${queue}`).toHaveCount(1);
  });
});
