#!/bin/sh
# Of two NestJS applications in one process that use golevelup's module for RabbitMQ, only the one that starts first gets messages. The other connects,
# declares its exchange, says that it is connected, and registers none of its handlers, without a word: the module keeps in a static field that it
# has started. Closing the first application sets the field back.
set -eu
folder=$(mktemp -d)
epmd=
rabbitmq=
trap '[ -z "$rabbitmq" ] || { kill "$(cat rabbitmq.pid)"; wait "$rabbitmq" || true; }; [ -z "$epmd" ] || kill "$epmd"; rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund @golevelup/nestjs-rabbitmq@9.0.2 @nestjs/common@11.2.10 @nestjs/core@11.2.10 \
  reflect-metadata@0.2.2 rxjs@7.8.2 >/dev/null 2>&1
# The server of Debian 12, 3.10.8, and the parts of Erlang that it needs.
apt-get download rabbitmq-server erlang-base erlang-asn1 erlang-crypto erlang-eldap erlang-ftp erlang-inets erlang-mnesia erlang-os-mon \
  erlang-parsetools erlang-public-key erlang-runtime-tools erlang-ssl erlang-syntax-tools erlang-tftp erlang-tools erlang-xmerl >/dev/null 2>&1
for package in *.deb; do dpkg -x "$package" server; done
erlang=$folder/server/usr/lib/erlang
sed -i "s#ROOTDIR=/usr/lib/erlang#ROOTDIR=$erlang#" "$erlang/bin/erl"
: >rabbitmq.log
"$erlang/bin/epmd" -address 127.0.0.1 -port 24369 >/dev/null 2>&1 &
epmd=$!
env PATH="$erlang/bin:$PATH" HOME="$folder" ERL_EPMD_PORT=24369 RABBITMQ_NODENAME=findings@localhost RABBITMQ_DIST_PORT=25673 \
  RABBITMQ_NODE_IP_ADDRESS=127.0.0.1 RABBITMQ_NODE_PORT=25672 RABBITMQ_PID_FILE="$folder/rabbitmq.pid" RABBITMQ_MNESIA_BASE="$folder/data" \
  RABBITMQ_LOG_BASE="$folder/log" RABBITMQ_CONFIG_FILE="$folder/none" RABBITMQ_ENABLED_PLUGINS_FILE="$folder/none" \
  sh "$(find server -path '*/sbin/rabbitmq-server' -path '*rabbitmq_server-*')" >rabbitmq.log 2>&1 &
rabbitmq=$!
until grep -q 'completed with' rabbitmq.log; do sleep 1 && kill -0 "$rabbitmq"; done
cat >program.mjs <<'PROGRAM'
import 'reflect-metadata';
import { AmqpConnection, RabbitMQModule, RabbitSubscribe } from '@golevelup/nestjs-rabbitmq';
import { Injectable, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';

const warnings = [];
const logger = { log() {}, warn: (text) => warnings.push(text), error: (text) => warnings.push(text) };

/** An application that handles the messages of a queue with its name. */
async function start(name) {
  class Handlers {
    handle() {}
  }
  Injectable()(Handlers);
  const handler = { exchange: 'shop', routingKey: name, queue: name, queueOptions: { durable: false } };
  RabbitSubscribe(handler)(Handlers.prototype, 'handle', Object.getOwnPropertyDescriptor(Handlers.prototype, 'handle'));
  class App {}
  const uri = 'amqp://guest:guest@127.0.0.1:25672';
  const rabbit = RabbitMQModule.forRoot({ uri, exchanges: [{ name: 'shop', type: 'topic' }], connectionInitOptions: { wait: true } });
  Module({ imports: [rabbit], providers: [Handlers] })(App);
  return NestFactory.createApplicationContext(App, { logger });
}

/** How many consumers a queue has. */
async function consumers(application, queue) {
  const channel = await application.get(AmqpConnection).connection.createChannel();
  channel.on('error', () => undefined);
  return channel.checkQueue(queue).then(({ consumerCount }) => consumerCount, () => 'no queue');
}

const orders = await start('orders');
const billing = await start('billing');
const together = [await consumers(orders, 'orders'), await consumers(billing, 'billing')];
console.log('two applications, consumers of orders, of billing:', together.join(', '));
console.log('warnings and errors:', warnings.length);
await orders.close();
await billing.close();
const alone = await start('billing');
const after = await consumers(alone, 'billing');
console.log('billing alone, consumers of billing:', after);
await alone.close();
process.exit(`${together}` === '1,no queue' && warnings.length === 0 && after === 1 ? 0 : 1);
PROGRAM
node program.mjs
