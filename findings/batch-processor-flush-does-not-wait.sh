#!/bin/sh
# forceFlush() of OpenTelemetry's BatchSpanProcessor resolves while an export that its timer began is still under way, so that a function in
# Lambda is frozen with spans that have not arrived. That of SimpleSpanProcessor waits.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund @opentelemetry/api@1.10.0 @opentelemetry/sdk-trace@3.1.1 \
  @opentelemetry/exporter-trace-otlp-http@0.301.0 >/dev/null 2>&1
cat >program.mjs <<'PROGRAM'
import { once } from 'node:events';
import { createServer } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { BatchSpanProcessor, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';

// A collector that answers when it is told to.
const collector = createServer().listen(0, '127.0.0.1');
await once(collector, 'listening');
const url = `http://127.0.0.1:${collector.address().port}/v1/traces`;

async function flushDuringAnExport(Processor) {
  const processor = new Processor({ exporter: new OTLPTraceExporter({ url }), scheduledDelayMillis: 10 });
  const provider = new TracerProvider({ spanProcessors: [processor] });
  const asked = once(collector, 'request');
  provider.getTracer('worker').startSpan('process orders').end();
  const [, answer] = await asked;
  const flushed = provider.forceFlush().then(() => 'resolves before the collector has answered');
  const outcome = await Promise.race([flushed, wait(3_000, 'waits for the answer')]);
  answer.end();
  await flushed;
  await provider.shutdown();
  return outcome;
}

const batch = await flushDuringAnExport(BatchSpanProcessor);
const simple = await flushDuringAnExport(SimpleSpanProcessor);
console.log(`@opentelemetry/sdk-trace 3.1.1, forceFlush() during an export: BatchSpanProcessor ${batch}, SimpleSpanProcessor ${simple}`);
process.exit(batch.startsWith('resolves') && simple.startsWith('waits') ? 0 : 1);
PROGRAM
node program.mjs
