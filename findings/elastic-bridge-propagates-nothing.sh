#!/bin/sh
# With the OpenTelemetry bridge of Elastic's agent, propagation.inject writes no context into a message and propagation.extract reads none, as
# the bridge registers no propagator. The agent itself writes the context of the same span into a request over HTTP.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts elastic-apm-node@4.18.0 @opentelemetry/api@1.9.1 >/dev/null 2>&1
cat >program.cjs <<'PROGRAM'
const agent = require('elastic-apm-node');
agent.start({
  serviceName: 'orders',
  opentelemetryBridgeEnabled: true,
  disableSend: true,
  logLevel: 'off',
  metricsInterval: '0s',
  centralConfig: false,
  cloudProvider: 'none',
});
const http = require('node:http');
const { context, propagation, ROOT_CONTEXT, trace } = require('@opentelemetry/api');

const server = http.createServer((request, response) => {
  response.end(request.headers.traceparent);
});
server.listen(0, '127.0.0.1', () =>
  trace.getTracer('orders').startActiveSpan('publish orders', (span) => {
    const headers = {};
    propagation.inject(context.active(), headers);
    const sender = { traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01` };
    const extracted = trace.getSpanContext(propagation.extract(ROOT_CONTEXT, sender));
    http.get({ port: server.address().port, host: '127.0.0.1' }, async (response) => {
      const overHttp = (await response.toArray()).join('').includes(span.spanContext().traceId);
      console.log(`elastic-apm-node 4.18.0: the span is recorded: ${span.isRecording()}`);
      console.log(`its trace is in the headers of a request over HTTP: ${overHttp}; what inject wrote: ${JSON.stringify(headers)}`);
      console.log(`what extract read of a sender's traceparent: ${extracted?.traceId ?? 'nothing'}`);
      const nothing = Object.keys(headers).length === 0 && extracted === undefined;
      process.exit(span.isRecording() && overHttp && nothing ? 0 : 1);
    });
  }),
);
PROGRAM
node program.cjs
