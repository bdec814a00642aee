#!/bin/sh
# NodeSDK 0.301.0 sends metrics to an OTLP endpoint although it is given a trace exporter only, as soon as a library records one. NodeSDK
# 0.200.0 sent none. Where nothing listens on localhost:4318, shutdown() retries in silence before it resolves.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
cat >program.cjs <<'PROGRAM'
const { createServer } = require('node:http');
const { metrics, trace } = require('@opentelemetry/api');
const { NodeSDK } = require('@opentelemetry/sdk-node');
const paths = new Set();
const server = createServer((request, response) => {
  paths.add(request.url);
  request.resume().on('end', () => response.end());
});
server.listen(0, async () => {
  process.env.OTEL_EXPORTER_OTLP_ENDPOINT = `http://localhost:${server.address().port}`;
  const traceExporter = { export: (_, done) => done({ code: 0 }), shutdown: async () => {} };
  const sdk = new NodeSDK({ traceExporter, autoDetectResources: false });
  sdk.start();
  trace.getTracer('library').startSpan('work').end();
  metrics.getMeter('library').createCounter('works').add(1);
  await sdk.shutdown();
  server.close();
  console.log([...paths].join() || 'nothing');
});
PROGRAM
sent_by() {
  npm install --silent --no-audit --no-fund --ignore-scripts "@opentelemetry/sdk-node@$1" "@opentelemetry/api@$2" >/dev/null 2>&1
  node program.cjs
}
newer=$(sent_by 0.301.0 1.10.0)
rm -rf node_modules package-lock.json
npm pkg delete dependencies
older=$(sent_by 0.200.0 1.9.0)
echo "sent over OTLP with a trace exporter only: by NodeSDK 0.301.0 $newer; by 0.200.0 $older"
test "$newer" = /v1/metrics && test "$older" = nothing
