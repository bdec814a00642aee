#!/bin/sh
# Two things that rascal 21.0.1 does, shown on a stand-in for amqplib. Publishes that wait for a channel of its pool run in the
# AsyncLocalStorage of one another. And the recovery strategy `ack`, documented to acknowledge a message so that it is discarded even where
# there is a dead-letter exchange, rejects it, so that it is dead-lettered.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund --legacy-peer-deps rascal@21.0.1 >/dev/null 2>&1
mkdir -p node_modules/amqplib
echo '{ "name": "amqplib", "version": "2.3.1" }' >node_modules/amqplib/package.json
cat >node_modules/amqplib/callback_api.js <<'STANDIN'
const { EventEmitter } = require('node:events');

/** A broker that answers at once, and confirms every message a little later. It tells what it is asked. */
exports.asked = new EventEmitter();

class Channel extends EventEmitter {
  constructor(connection) {
    super();
    this.connection = connection;
  }
  sendToQueue(_queue, content, _options, confirm) {
    exports.asked.emit('send', JSON.parse(content));
    setTimeout(confirm, 1);
    return true;
  }
  consume(_queue, onMessage, _options, done) {
    done(null, { consumerTag: 'worker' });
    const fields = { deliveryTag: 1, consumerTag: 'worker', redelivered: false, exchange: '', routingKey: 'orders' };
    const properties = { headers: {}, messageId: 'm-1', contentType: 'text/plain' };
    setTimeout(() => onMessage({ fields, properties, content: Buffer.from('one') }), 5);
  }
  ack() {
    exports.asked.emit('settled', 'ack');
  }
  nack(_message, _all, requeue) {
    exports.asked.emit('settled', `nack, requeue: ${requeue}`);
  }
}
for (const method of ['assertQueue', 'assertExchange', 'checkQueue', 'checkExchange', 'prefetch', 'close']) {
  Channel.prototype[method] = (...args) => setImmediate(args.at(-1), null, {});
}

class Connection extends EventEmitter {
  connection = this;
  createChannel(done) {
    setImmediate(done, null, new Channel(this));
  }
  createConfirmChannel(done) {
    setImmediate(done, null, new Channel(this));
  }
  close(done) {
    setImmediate(done);
  }
}
exports.connect = (_url, _options, done) => setImmediate(done, null, new Connection());
STANDIN
cat >program.cjs <<'PROGRAM'
const { AsyncLocalStorage } = require('node:async_hooks');
const { once } = require('node:events');
const { BrokerAsPromised, withDefaultConfig } = require('rascal');
const { asked } = require('amqplib/callback_api');

const tenants = new AsyncLocalStorage();

async function main() {
  const vhosts = { '/': { connection: { url: 'amqp://localhost' }, queues: ['orders'] } };
  const broker = await BrokerAsPromised.create(withDefaultConfig({ vhosts }));

  let mixed = 0;
  asked.on('send', (tenant) => {
    if (tenants.getStore() !== tenant) mixed += 1;
  });
  const publish = async (tenant) => once(await broker.publish('/orders', JSON.stringify(tenant)), 'success');
  await Promise.all(Array.from({ length: 30 }, (_, tenant) => tenants.run(tenant, () => publish(tenant))));
  console.log(`rascal 21.0.1: ${mixed} of 30 messages are sent in the AsyncLocalStorage of another publish, or of none`);

  const settled = once(asked, 'settled');
  const subscription = await broker.subscribe('/orders');
  subscription.on('message', (_message, _content, ackOrNack) => ackOrNack(new Error('failed'), { strategy: 'ack' }));
  const [settlement] = await settled;
  console.log(`rascal 21.0.1: the strategy "ack" of a recovery asks the broker for: ${settlement}`);
  process.exit(mixed > 15 && settlement === 'nack, requeue: false' ? 0 : 1);
}
main();
PROGRAM
node program.cjs
