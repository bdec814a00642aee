#!/bin/sh
# `consume({ callback })` of JetStream's client ends for good when the callback throws: messages stay in the stream, and the connection is open. Nothing
# is thrown or printed, and `status()` just ends. Only the promise of `closed()` knows, which resolves to the error. An error in a loop over them reaches the program.
set -eu
folder=$(mktemp -d)
server=
trap '[ -z "$server" ] || kill "$server"; rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund @nats-io/transport-node@3.4.0 @nats-io/jetstream@3.4.0 >/dev/null 2>&1
# The server of Debian 12: 2.9.10.
apt-get download nats-server >/dev/null 2>&1
dpkg -x nats-server_*.deb server
binary=$(find server -type f -name nats-server -perm -u+x)
"$binary" --version
"$binary" --jetstream --store_dir "$folder/store" --addr 127.0.0.1 --port 24222 >/dev/null 2>&1 &
server=$!
cat >program.mjs <<'PROGRAM'
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';

const connection = await connect({ servers: '127.0.0.1:24222', waitOnFirstConnect: true });
const manager = await jetstreamManager(connection);
await manager.streams.add({ name: 'orders', subjects: ['orders'] });
await manager.consumers.add('orders', { durable_name: 'worker', ack_policy: 'explicit', ack_wait: 1_000_000_000 }); // one second, in ns
const stream = jetstream(connection);
const said = [];
for (const event of ['unhandledRejection', 'uncaughtException', 'warning']) process.on(event, () => said.push(event));

let calls = 0;
const consumer = await stream.consumers.get('orders', 'worker');
const messages = await consumer.consume({
  callback(message) {
    calls += 1;
    if (calls === 2) throw new Error('no connection to the database');
    message.ack();
  },
});
const statuses = [];
const watching = (async () => {
  for await (const { type } of messages.status()) statuses.push(type);
})();
for (const text of ['one', 'two', 'three', 'four']) await stream.publish('orders', text);
await watching;
await new Promise((resolve) => setTimeout(resolve, 3000)); // "two" is due again after one second
const { num_pending: pending, num_ack_pending: unacknowledged } = await consumer.info();
const error = await messages.closed();
console.log('calls of the callback, whose second one throws:', calls);
console.log('messages that no one handles:', pending + unacknowledged);
console.log('the connection is closed:', connection.isClosed());
console.log('told by status():', statuses.filter((type) => type !== 'next').join(', ') || 'nothing', '- by the process:', said.join(', ') || 'nothing');
console.log('closed() resolves to:', String(error));
await connection.close();
const silent = said.length === 0 && statuses.every((type) => type === 'next');
process.exit(calls === 2 && pending + unacknowledged === 3 && silent && error instanceof Error ? 0 : 1);
PROGRAM
node program.mjs
