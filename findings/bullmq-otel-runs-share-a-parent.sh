#!/bin/sh
# BullMQ makes a span for each run that a worker adds to a job scheduler, and gives the run another context: that of the call that made the
# scheduler. With bullmq-otel all runs, for as long as the scheduler lives, are children of that first span; the spans of the adds, in traces of
# their own, have no children.
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
import { Queue, Worker } from 'bullmq';
import { BullMQOtel } from 'bullmq-otel';

const exporter = new InMemorySpanExporter();
context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
propagation.setGlobalPropagator(new W3CTraceContextPropagator());
trace.setGlobalTracerProvider(new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] }));

const connection = { host: '127.0.0.1', port: 26379, maxRetriesPerRequest: null };
const queue = new Queue('ticks', { connection, telemetry: new BullMQOtel('queue') });
await queue.upsertJobScheduler('tick', { every: 200 }, { name: 'run' });
await new Promise((resolve) => {
  let runs = 0;
  const worker = new Worker(
    'ticks',
    async () => {
      runs += 1;
      if (runs === 5) worker.close().then(resolve);
    },
    { connection, telemetry: new BullMQOtel('worker') },
  );
});
await queue.close();

const spans = exporter.getFinishedSpans();
const adds = spans.filter(({ name }) => name.startsWith('add '));
const runs = spans.filter(({ name }) => name.startsWith('process '));
const childrenOf = (span) => runs.filter(({ parentSpanContext }) => parentSpanContext?.spanId === span.spanContext().spanId);
const [first, ...later] = adds;
const traces = new Set(adds.map((span) => span.spanContext().traceId));
console.log(`bullmq 6.7.0, bullmq-otel 2.0.1: ${adds.length} spans "add ticks.run" in ${traces.size} traces, ${runs.length} spans "process ticks"`);
console.log('runs that are children of the span that made the scheduler:', childrenOf(first).length);
console.log('runs that are children of the add of that run:', later.flatMap(childrenOf).length);
console.log('links of all runs:', runs.flatMap(({ links }) => links).length);
process.exit(runs.length === 5 && childrenOf(first).length === 5 && traces.size === adds.length && later.length > 0 ? 0 : 1);
PROGRAM
node program.mjs
