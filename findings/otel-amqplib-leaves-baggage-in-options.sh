#!/bin/sh
# OpenTelemetry's instrumentation of amqplib writes its headers into the options that the program passes to `publish`. Where these are a constant, the
# baggage of a message stays in them, and goes out with later messages that were sent without any: a message has the tenant of another request.
set -eu
folder=$(mktemp -d)
epmd=
rabbitmq=
trap '[ -z "$rabbitmq" ] || { kill "$(cat rabbitmq.pid)"; wait "$rabbitmq" || true; }; [ -z "$epmd" ] || kill "$epmd"; rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund amqplib@2.3.1 @opentelemetry/instrumentation-amqplib@0.71.0 @opentelemetry/api@1.10.0 \
  @opentelemetry/core@3.1.0 @opentelemetry/sdk-trace@3.1.0 @opentelemetry/context-async-hooks@3.1.0 @opentelemetry/instrumentation@0.301.1 >/dev/null 2>&1
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
const { context, propagation, trace } = require('@opentelemetry/api');
const { AsyncLocalStorageContextManager } = require('@opentelemetry/context-async-hooks');
const { CompositePropagator, W3CBaggagePropagator, W3CTraceContextPropagator } = require('@opentelemetry/core');
const { registerInstrumentations } = require('@opentelemetry/instrumentation');
const { AmqplibInstrumentation } = require('@opentelemetry/instrumentation-amqplib');
const { TracerProvider } = require('@opentelemetry/sdk-trace');

context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
propagation.setGlobalPropagator(new CompositePropagator({ propagators: [new W3CTraceContextPropagator(), new W3CBaggagePropagator()] }));
trace.setGlobalTracerProvider(new TracerProvider({}));
const instrumented = process.argv[2] === 'instrumented';
if (instrumented) registerInstrumentations({ instrumentations: [new AmqplibInstrumentation()] });
const { connect } = require('amqplib');

const PERSISTENT = { persistent: true };

async function main() {
  const connection = await connect('amqp://guest:guest@127.0.0.1:25672');
  const channel = await connection.createConfirmChannel();
  const { queue } = await channel.assertQueue('', { exclusive: true });
  const acme = propagation.setBaggage(context.active(), propagation.createBaggage({ tenant: { value: 'acme' } }));
  context.with(acme, () => channel.sendToQueue(queue, Buffer.from('in the request of acme'), PERSISTENT));
  channel.sendToQueue(queue, Buffer.from('outside of any request'), PERSISTENT);
  await channel.waitForConfirms();
  const baggage = [];
  for (let message; (message = await channel.get(queue, { noAck: true })); ) {
    baggage.push(message.properties.headers.baggage);
    console.log(`${instrumented ? 'instrumented' : 'bare'}: baggage of a message sent ${message.content}:`, baggage.at(-1));
  }
  console.log(`${instrumented ? 'instrumented' : 'bare'}: the constant of the program now has`, Object.keys(PERSISTENT).join(', '));
  await connection.close();
  const expected = instrumented ? ['tenant=acme', 'tenant=acme'] : [undefined, undefined];
  process.exit(`${baggage}` === `${expected}` && 'headers' in PERSISTENT === instrumented ? 0 : 1);
}
main();
PROGRAM
node program.cjs bare
node program.cjs instrumented
