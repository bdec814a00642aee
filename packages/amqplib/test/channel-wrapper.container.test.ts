import { once } from 'node:events';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { trace } from '@opentelemetry/api';
import { connect } from 'amqp-connection-manager';
import type { ConfirmChannel } from 'amqplib';
import { traceAmqpChannelWrapper } from '../src/index.ts';
import { type CuttableProxy, startCuttableProxy } from './cuttable-proxy.ts';
import { RabbitTestBed } from './rabbit-test-bed.ts';

let testBed: RabbitTestBed;
let proxy: CuttableProxy;
beforeAll(async () => {
  testBed = await RabbitTestBed.open();
  proxy = await startCuttableProxy(testBed.url);
});
afterAll(async () => {
  await proxy.close();
  await testBed.close();
});

it('a channel that a manager has made already is traced, also on the connections to come', async () => {
  const queue = await testBed.queue();
  const manager = connect([proxy.url], { reconnectTimeInSeconds: 0.02 });
  const channel = manager.createChannel();
  await channel.waitForConnect();
  expect(traceAmqpChannelWrapper(channel, testBed.waybill())).toBe(channel);
  const handled: (string | undefined)[] = [];
  await channel.addSetup((opened: ConfirmChannel) =>
    opened.consume(queue, () => void handled.push(trace.getActiveSpan()?.spanContext().spanId), {
      noAck: true,
    }),
  );

  await channel.sendToQueue(queue, 'one');
  await testBed.spans.waitFor(`process ${queue}`);
  const disconnected = once(manager, 'disconnect');
  proxy.cut();
  await disconnected;
  const published = channel.sendToQueue(queue, 'two');
  proxy.mend();
  await published;
  await testBed.spans.waitFor(`process ${queue}`, { count: 2 });
  await manager.close();

  for (const index of [0, 1]) {
    const processed = testBed.spans.named(`process ${queue}`).at(index);
    processed.toBeChildOf(testBed.spans.named(`publish ${queue}`).at(index));
    expect(handled[index]).toBe(processed.only.spanId);
  }
});
