#!/bin/sh
# A job whose processor throws, for the last time, leaves no span with an error behind when bullmq-otel traces it: the status of its span is unset, no
# exception is recorded, and the other spans of the queue tell none, either. That the job failed is an event, "job failed". What looks for errors by the status of
# spans, such as a tail sampler or an alert, finds none.
set -eu
folder=$(mktemp -d)
redis=
trap '[ -z "$redis" ] || kill "$redis"; rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund bullmq@6.7.0 bullmq-otel@2.0.1 ioredis@6.0.0 @opentelemetry/api@1.10.0 \
  @opentelemetry/core@3.1.0 @opentelemetry/sdk-trace@3.1.0 @opentelemetry/context-async-hooks@3.1.0 >/dev/null 2>&1
# The server of Debian 12, 7.0.15, whose binary is that of redis-check-rdb by another name.
apt-get download redis-tools liblzf1 libjemalloc2 >/dev/null 2>&1
for package in *.deb; do dpkg -x "$package" server; done
ln -s "$folder/server/usr/bin/redis-check-rdb" redis-server
LD_LIBRARY_PATH=$(dirname "$(find server -name 'libjemalloc.so.2')") ./redis-server --port 26379 --bind 127.0.0.1 --save '' >/dev/null &
redis=$!
cat >program.mjs <<'PROGRAM'
import { context, propagation, SpanStatusCode, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { Queue, Worker } from 'bullmq';
import { BullMQOtel } from 'bullmq-otel';

const exporter = new InMemorySpanExporter();
context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
propagation.setGlobalPropagator(new W3CTraceContextPropagator());
trace.setGlobalTracerProvider(new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] }));

const connection = { host: '127.0.0.1', port: 26379, maxRetriesPerRequest: null };
const queue = new Queue('orders', { connection, telemetry: new BullMQOtel('queue') });
await queue.add('ship', {});
let reason;
await new Promise((resolve) => {
  const worker = new Worker(
    'orders',
    async () => {
      throw new TypeError('no such product');
    },
    { connection, telemetry: new BullMQOtel('worker') },
  );
  worker.on('failed', ({ failedReason }) => {
    reason = failedReason;
    worker.close().then(resolve);
  });
});
await queue.close();

const spans = exporter.getFinishedSpans();
const [handling] = spans.filter(({ name }) => name === 'process orders');
const errors = spans.filter(({ status, events }) => status.code === SpanStatusCode.ERROR || events.some(({ name }) => name === 'exception'));
const events = handling.events.map(({ name }) => name);
console.log('bullmq 6.7.0, the job failed:', reason);
console.log('bullmq-otel 2.0.1, status of its span:', SpanStatusCode[handling.status.code], '- events:', events.join(', '));
console.log(`spans with the status ERROR or an exception, of ${spans.length}:`, errors.length);
const unset = handling.status.code === SpanStatusCode.UNSET && errors.length === 0;
process.exit(reason === 'no such product' && unset && events.join() === 'job failed' ? 0 : 1);
PROGRAM
node program.mjs
