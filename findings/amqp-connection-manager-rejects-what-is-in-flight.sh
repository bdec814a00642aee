#!/bin/sh
# amqp-connection-manager keeps messages that are sent while the broker is away, and sends them when it is back; says its README, a promise
# rejects only if the broker refuses the message or the channel is closed by `close()`. But what was sent and not yet confirmed when the connection is
# lost is neither kept nor sent again: its promise rejects with "channel closed". amqplib rejects it before the manager hears of the loss.
set -eu
folder=$(mktemp -d)
epmd=
rabbitmq=
trap '[ -z "$rabbitmq" ] || { kill "$(cat rabbitmq.pid)"; wait "$rabbitmq" || true; }; [ -z "$epmd" ] || kill "$epmd"; rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund amqp-connection-manager@5.0.0 amqplib@2.3.1 >/dev/null 2>&1
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
cat >program.cjs <<'PROGRAM'
const { once } = require('node:events');
const { connect: openSocket, createServer } = require('node:net');
const { connect } = require('amqp-connection-manager');

async function main() {
  // The way to RabbitMQ, which is cut as soon as a message is on it.
  const way = createServer((client) => {
    const broker = openSocket(25672, '127.0.0.1');
    const cut = () => {
      client.destroy();
      broker.destroy();
    };
    client.on('data', (bytes) => (bytes.includes('while connected') ? cut() : broker.write(bytes)));
    broker.on('data', (bytes) => client.write(bytes));
    for (const socket of [client, broker]) socket.on('error', cut).on('close', cut);
  });
  way.listen(0, '127.0.0.1');
  await once(way, 'listening');

  const manager = connect([`amqp://guest:guest@127.0.0.1:${way.address().port}`], { reconnectTimeInSeconds: 0.5 });
  const channel = manager.createChannel({ setup: (inner) => inner.assertQueue('orders') });
  await channel.waitForConnect();
  const send = (text) => channel.sendToQueue('orders', text).then(() => 'resolves', ({ message }) => `rejects: ${message}`);

  const disconnected = once(manager, 'disconnect');
  const first = send('while connected');
  await disconnected;
  const second = send('while disconnected');
  const outcomes = [await first, await second];
  const arrived = [];
  for (let message; (message = await channel.get('orders', { noAck: true })); ) arrived.push(`${message.content}`);
  console.log('sent while connected, not yet confirmed when the connection is cut:', outcomes[0]);
  console.log('sent while disconnected:', outcomes[1]);
  console.log('in the queue after the reconnect:', arrived.join(', '));
  process.exit(`${outcomes}` === 'rejects: channel closed,resolves' && `${arrived}` === 'while disconnected' ? 0 : 1);
}
main();
PROGRAM
node program.cjs
