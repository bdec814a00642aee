import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { expect, it } from '@jest/globals';
import { startSlowProxy } from './slow-proxy.ts';

it('hands on all bytes in order, however long each chunk waits, and the end behind them', async () => {
  const echo = createServer({ allowHalfOpen: true }, (socket) => socket.pipe(socket)).listen(0, '127.0.0.1');
  await once(echo, 'listening');
  const waits = [20, 0, 10, 5];
  let chunks = 0;
  const { host, port } = await startSlowProxy(
    { host: '127.0.0.1', port: (echo.address() as AddressInfo).port },
    () => waits[chunks++ % waits.length] ?? 0,
  );
  const client = connect(port, host);
  let received = '';
  client.setEncoding('utf8').on('data', (text) => {
    received += text;
  });
  let sent = '';
  for (let number = 0; number < 20; number++) {
    sent += `${number},`;
    client.write(`${number},`);
    await new Promise(setImmediate);
  }
  client.end();
  await once(client, 'close');
  expect(received).toBe(sent);
  expect(chunks).toBeGreaterThan(2);
  echo.close();
});

it('ends a connection that leads nowhere', async () => {
  const gone = createServer().listen(0, '127.0.0.1');
  await once(gone, 'listening');
  const target = { host: '127.0.0.1', port: (gone.address() as AddressInfo).port };
  gone.close();
  await once(gone, 'close');
  const { host, port } = await startSlowProxy(target, () => 0);
  const client = connect(port, host);
  client.on('error', () => undefined);
  await once(client, 'close');
});
