import { expect, it } from '@jest/globals';
import { startBroker } from '@waybill/brokers';
import { openProxy } from '../src/broker-proxy.ts';
import { runCells } from '../src/cell.ts';
import { startCollectors } from '../src/collectors.ts';
import { faultNamed } from '../src/faults/index.ts';
import { loadClient } from '../src/load-client.ts';

it('delivers messages through cut connections like the bare client', async () => {
  const broker = await startBroker('rabbitmq');
  const proxy = await openProxy(broker.url);
  const collectors = await startCollectors();
  const bench = { client: await loadClient('amqplib'), broker, proxy, collectors, messages: 200 };

  const [cell] = await runCells(bench, [faultNamed('connections cut')], 1, () => undefined);

  expect(cell?.differences).toEqual([]);
  expect(new Set(cell?.traced[0]?.delivered).size).toBe(200);
  expect(cell?.traced[0]?.spans).toBeGreaterThanOrEqual(400);
  collectors.stop();
  proxy.close();
  await broker.stop();
}, 120_000);
