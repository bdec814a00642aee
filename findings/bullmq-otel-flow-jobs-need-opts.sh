#!/bin/sh
# A job of a flow that was added without `opts` carries no trace context: with bullmq-otel its span begins a trace of its own, whatever trace added the
# flow. With `opts: {}`, which says nothing, it carries it. Jobs of `add` and `addBulk` carry it without `opts`, too.
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
import { context, propagation, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { FlowProducer, Queue, Worker } from 'bullmq';
import { BullMQOtel } from 'bullmq-otel';

const exporter = new InMemorySpanExporter();
context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
propagation.setGlobalPropagator(new W3CTraceContextPropagator());
trace.setGlobalTracerProvider(new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] }));

const connection = { host: '127.0.0.1', port: 26379, maxRetriesPerRequest: null };
const queue = new Queue('orders', { connection, telemetry: new BullMQOtel('queue') });
const flow = new FlowProducer({ connection, telemetry: new BullMQOtel('flow') });
const tracer = trace.getTracer('request');
await tracer.startActiveSpan('request', async (span) => {
  await queue.add('add', {});
  await queue.addBulk([{ name: 'addBulk', data: {} }]);
  const pack = { name: 'flow', queueName: 'orders' };
  const bill = { name: 'flow, opts: {}', queueName: 'orders', opts: {} };
  await flow.add({ name: 'flow, parent', queueName: 'orders', children: [pack, bill] });
  span.end();
});
await new Promise((resolve) => {
  let handled = 0;
  const worker = new Worker(
    'orders',
    async () => {
      handled += 1;
      if (handled === 5) worker.close().then(resolve);
    },
    { connection, telemetry: new BullMQOtel('worker') },
  );
});
await flow.close();
await queue.close();

const spans = exporter.getFinishedSpans();
const { traceId } = spans.find(({ name }) => name === 'request').spanContext();
const joined = {};
for (const span of spans.filter(({ name }) => name === 'process orders')) {
  joined[span.attributes['bullmq.job.name']] = span.spanContext().traceId === traceId;
}
console.log('bullmq 6.7.0, bullmq-otel 2.0.1: is a job handled in the trace of the request that added it?');
console.log(joined);
const { add, addBulk, flow: child, 'flow, opts: {}': withOpts, 'flow, parent': parent } = joined;
process.exit(add && addBulk && withOpts && child === false && parent === false ? 0 : 1);
PROGRAM
node program.mjs
