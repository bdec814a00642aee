import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { afterEach, expect, it } from '@jest/globals';
import { type BrokerProxy, openProxy } from './broker-proxy.ts';

const opened: { close(): unknown }[] = [];

afterEach(() => {
  for (const each of opened.splice(0)) each.close();
});

it('forwards the data of both sides', async () => {
  const proxy = await proxyTo(await answering('one'));
  expect(await answerOf(connectTo(proxy))).toBe('one');
});

it('keeps the rest of the URL', async () => {
  const proxy = await openProxy('amqp://guest:guest@localhost:5672');
  opened.push(proxy);
  expect(proxy.url).toMatch(/^amqp:\/\/guest:guest@127\.0\.0\.1:\d+$/);
});

it('cuts existing connections, and accepts new ones', async () => {
  const proxy = await proxyTo(await answering('one'));
  const cut = connectTo(proxy);
  await answerOf(cut);
  const error = once(cut, 'error');
  proxy.cut();
  expect(await error).toEqual([expect.objectContaining({ code: 'ECONNRESET' })]);
  expect(await answerOf(connectTo(proxy))).toBe('one');
});

it('connects to the new address of a broker that moved', async () => {
  const proxy = await proxyTo(await answering('one'));
  proxy.moveTo(await answering('two'));
  expect(await answerOf(connectTo(proxy))).toBe('two');
});

it('resets connections if the broker is down', async () => {
  const proxy = await proxyTo('localhost:1');
  expect(await once(connectTo(proxy), 'error')).toEqual([expect.objectContaining({ code: 'ECONNRESET' })]);
});

async function answering(text: string): Promise<string> {
  const server: Server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.on('data', () => socket.write(text));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  opened.push(server);
  return `localhost:${(server.address() as AddressInfo).port}`;
}

async function proxyTo(url: string): Promise<BrokerProxy> {
  const proxy = await openProxy(url);
  opened.push(proxy);
  return proxy;
}

function connectTo({ url }: BrokerProxy): Socket {
  const [host, port] = url.split(':');
  const socket = connect({ host: String(host), port: Number(port) });
  // Once a test is over, its proxy resets what is left.
  socket.on('error', () => undefined);
  return socket;
}

async function answerOf(socket: Socket): Promise<string> {
  socket.write('?');
  const [answer] = await once(socket, 'data');
  return String(answer);
}
