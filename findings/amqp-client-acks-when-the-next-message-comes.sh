#!/bin/sh
# Messages of `for await (const message of subscription)` of CloudAMQP's amqp-client are "acked when the loop advances", says its README. It is the
# arrival of the next message that acknowledges, not the end of the loop's body. With `prefetch: 1` the broker sends none before, so that the loop
# gets one message and no more. Without, the last message stays unacknowledged, and is delivered again when the subscription is cancelled.
set -eu
folder=$(mktemp -d)
epmd=
rabbitmq=
trap '[ -z "$rabbitmq" ] || { kill "$(cat rabbitmq.pid)"; wait "$rabbitmq" || true; }; [ -z "$epmd" ] || kill "$epmd"; rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund @cloudamqp/amqp-client@4.1.1 >/dev/null 2>&1
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
import { AMQPSession } from '@cloudamqp/amqp-client';

const session = await AMQPSession.connect('amqp://guest:guest@127.0.0.1:25672');

/** Three messages, by a callback or by a loop: which are handled before none has come for five seconds, and which are in the queue after a cancel. */
async function run(name, params, callback) {
  const queue = await session.queue(name);
  for (const text of ['one', 'two', 'three']) await queue.publish(text);
  const handled = [];
  let last = Date.now();
  const handle = (message) => {
    handled.push(message.bodyString());
    last = Date.now();
  };
  const subscription = await queue.subscribe(params, callback ? handle : undefined);
  const loop = async () => {
    for await (const message of subscription) handle(message);
  };
  const looped = callback ? undefined : loop();
  while (handled.length < 3 && Date.now() - last < 5000) await new Promise((resolve) => setTimeout(resolve, 100));
  await subscription.cancel();
  await looped;
  const left = [];
  for (let message; (message = await queue.get({ noAck: true })); ) left.push(message.bodyString() + (message.redelivered ? ' (again)' : ''));
  console.log(`${name}: handled ${handled.join(', ')}; in the queue after it was cancelled: ${left.join(', ') || 'nothing'}`);
  return `${handled} | ${left}`;
}

const byCallback = await run('callback, prefetch: 1', { prefetch: 1 }, true);
const byLoop = await run('for await, prefetch: 1', { prefetch: 1 }, false);
const unlimited = await run('for await', {}, false);
await session.stop();
process.exit(byCallback === 'one,two,three | ' && byLoop === 'one | one (again),two,three' && unlimited === 'one,two,three | three (again)' ? 0 : 1);
PROGRAM
node program.mjs
