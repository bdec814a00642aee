#!/bin/sh
# A client of NestJS' microservices answers requests in the AsyncLocalStorage of the request that made it connect. What the stream of `send()`
# is piped through sees the tenant of that first request, for every later request of the process. Awaiting the stream puts it right.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund @nestjs/common@11.2.10 @nestjs/core@11.2.10 @nestjs/microservices@11.2.6 \
  reflect-metadata@0.2.2 rxjs@7.8.2 >/dev/null 2>&1
cat >program.mjs <<'PROGRAM'
import { AsyncLocalStorage } from 'node:async_hooks';
import { Controller, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ClientProxyFactory, MessagePattern, Transport } from '@nestjs/microservices';
import { firstValueFrom, tap } from 'rxjs';

class Prices {
  price() {
    return 42;
  }
}
Controller()(Prices);
MessagePattern('price')(Prices.prototype, 'price', Object.getOwnPropertyDescriptor(Prices.prototype, 'price'));
class App {}
Module({ controllers: [Prices] })(App);

const options = { host: '127.0.0.1', port: 24_310 };
const server = await NestFactory.createMicroservice(App, { transport: Transport.TCP, options, logger: false });
await server.listen();
const client = ClientProxyFactory.create({ transport: Transport.TCP, options });
const tenants = new AsyncLocalStorage();
const inStream = [];
const afterwards = [];
for (const tenant of ['acme', 'globex', 'initech']) {
  await tenants.run(tenant, async () => {
    await firstValueFrom(client.send('price', {}).pipe(tap(() => inStream.push(tenants.getStore()))));
    afterwards.push(tenants.getStore());
  });
}
client.close();
await server.close();
console.log('in the stream of send():', inStream.join(', '));
console.log('after it was awaited:   ', afterwards.join(', '));
process.exit(inStream.join() === 'acme,acme,acme' && afterwards.join() === 'acme,globex,initech' ? 0 : 1);
PROGRAM
node program.mjs
