#!/bin/sh
# The JetStream client writes the `msgID` of a publish into the caller's headers, as `Nats-Msg-Id`. Who reuses the headers for the next message,
# without an id, has that one dropped by the server as a duplicate: the promise resolves, and the stream has one message less.
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
import { connect, headers } from '@nats-io/transport-node';

const connection = await connect({ servers: '127.0.0.1:24222', waitOnFirstConnect: true });
const manager = await jetstreamManager(connection);
await manager.streams.add({ name: 'orders', subjects: ['orders'] });
const stream = jetstream(connection);

const tenant = headers();
tenant.set('tenant', 'acme');
console.log('headers before:', [...tenant.keys()].join(', '));
await stream.publish('orders', 'one', { headers: tenant, msgID: 'm-1' });
const left = tenant.get('Nats-Msg-Id');
console.log('Nats-Msg-Id in them after a publish with msgID m-1:', JSON.stringify(left));

const second = await stream.publish('orders', 'two', { headers: tenant });
const { state } = await manager.streams.info('orders');
console.log('the next publish with these headers, without an id:', JSON.stringify(second));
console.log('messages in the stream after two publishes:', state.messages);
await connection.close();
process.exit(left === 'm-1' && second.duplicate === true && state.messages === 1 ? 0 : 1);
PROGRAM
node program.mjs
