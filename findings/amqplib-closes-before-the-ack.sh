#!/bin/sh
# With amqplib 2.3.1, a message that is acknowledged right before `connection.close()` is not acknowledged: the close goes out before the ack,
# though it was called after it. The broker delivers the message again, and nothing is thrown. `channel.close()` first sends the ack. Shown on a
# server that speaks as much AMQP as is needed and prints what it is sent; RabbitMQ 4.0.5 keeps the message.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund amqplib@2.3.1 >/dev/null 2>&1
cat >program.cjs <<'PROGRAM'
const assert = require('node:assert/strict');
const { once } = require('node:events');
const { createServer } = require('node:net');
const { connect } = require('amqplib');
const defs = require('./node_modules/amqplib/lib/defs.js');
const { makeBodyFrame } = require('./node_modules/amqplib/lib/frame.js');

/** What a broker answers, by the number of the method that it is sent. */
const answers = new Map([
  [defs.ConnectionStartOk, [defs.ConnectionTune, { channelMax: 0, frameMax: 131_072, heartbeat: 0 }]],
  [defs.ConnectionOpen, [defs.ConnectionOpenOk, {}]],
  [defs.ConnectionClose, [defs.ConnectionCloseOk, {}]],
  [defs.ChannelOpen, [defs.ChannelOpenOk, {}]],
  [defs.ChannelClose, [defs.ChannelCloseOk, {}]],
  [defs.BasicConsume, [defs.BasicConsumeOk, { consumerTag: 'worker' }]],
]);
const names = new Map([
  [defs.BasicAck, 'ack'],
  [defs.ChannelClose, 'channel.close'],
  [defs.ConnectionClose, 'connection.close'],
]);

/** The order in which a broker gets what a consumer of one message sends. */
async function sentBy(program) {
  const sent = [];
  const server = createServer((socket) => {
    let bytes = Buffer.alloc(0);
    let greeted = false;
    const send = (channel, id, fields) => socket.write(defs.encodeMethod(id, channel, fields));
    socket.on('error', () => undefined);
    socket.on('data', (chunk) => {
      bytes = Buffer.concat([bytes, chunk]);
      if (!greeted) {
        greeted = true;
        bytes = bytes.subarray(8); // the protocol header
        send(0, defs.ConnectionStart, { versionMajor: 0, versionMinor: 9, serverProperties: {}, mechanisms: Buffer.from('PLAIN'), locales: Buffer.from('en_US') });
      }
      while (bytes.length >= 7 && bytes.length >= bytes.readUInt32BE(3) + 8) {
        const length = bytes.readUInt32BE(3) + 8; // type, channel, size, payload, end
        const [type, channel, id] = [bytes[0], bytes.readUInt16BE(1), bytes.readUInt32BE(7)];
        bytes = bytes.subarray(length);
        if (type !== 1) continue;
        if (names.has(id)) sent.push(names.get(id));
        if (answers.has(id)) send(channel, ...answers.get(id));
        if (id !== defs.BasicConsume) continue;
        send(channel, defs.BasicDeliver, { consumerTag: 'worker', deliveryTag: 1, redelivered: false, exchange: '', routingKey: 'orders' });
        socket.write(defs.encodeProperties(defs.BasicProperties, channel, 3, {}));
        socket.write(makeBodyFrame(channel, Buffer.from('one')));
      }
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const connection = await connect(`amqp://127.0.0.1:${server.address().port}`);
  const channel = await connection.createChannel();
  await new Promise((done) => channel.consume('orders', (message) => done(channel.ack(message))));
  await program(connection, channel);
  server.close();
  return sent;
}

async function main() {
  const closed = await sentBy((connection) => connection.close());
  console.log('ack, connection.close:               ', closed.join(', '));
  const both = await sentBy(async (connection, channel) => {
    await channel.close();
    await connection.close();
  });
  console.log('ack, channel.close, connection.close:', both.join(', '));
  assert.deepEqual(closed.slice(0, 1), ['connection.close']);
  assert.deepEqual(both, ['ack', 'channel.close', 'connection.close']);
}
main();
PROGRAM
node program.cjs
