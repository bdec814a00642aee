#!/bin/sh
# Traces that begin through dd-trace's tracer provider of OpenTelemetry have ids of 64 bits; those that begin through its own tracer have 128.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts dd-trace@6.21.0 @opentelemetry/api@1.9.1 >/dev/null 2>&1
cat >program.cjs <<'PROGRAM'
const tracer = require('dd-trace');
tracer.init({ startupLogs: false, telemetry: { enabled: false }, remoteConfig: { enabled: false } });
new tracer.TracerProvider().register();
const { trace } = require('@opentelemetry/api');
const zeros = '0'.repeat(16);
const bits = (traceId) => (traceId.startsWith(zeros) ? 64 : 128);
const provider = bits(trace.getTracer('shop').startSpan('process orders', { root: true }).spanContext().traceId);
const own = bits(tracer.startSpan('web.request').context().toTraceId(true));
console.log(`dd-trace ${require('dd-trace/package.json').version}: bits of a trace id: own tracer ${own}, tracer provider ${provider}`);
process.exit(own === 128 && provider === 64 ? 0 : 1);
PROGRAM
node program.cjs
