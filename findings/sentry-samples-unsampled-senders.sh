#!/bin/sh
# Sentry asks its own sampler about a span whose remote parent was not sampled, where OpenTelemetry's SDKs follow the parent.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
cat >program.cjs <<'PROGRAM'
const { ROOT_CONTEXT, trace } = require('@opentelemetry/api');
const remote = { traceId: '1'.repeat(32), spanId: '2'.repeat(16), traceFlags: 0, isRemote: true };
const parent = trace.setSpanContext(ROOT_CONTEXT, remote);
const records = (tracer) => tracer.startSpan('process orders', {}, parent).isRecording();
if (process.argv[2] === 'sentry') {
  const Sentry = require('@sentry/node');
  const transport = () => ({ send: async () => ({}), flush: async () => true });
  const options = { dsn: 'https://public@sentry.invalid/1', tracesSampleRate: 1, transport };
  Sentry.init({ ...options, enableOpenTelemetrySetup: true });
  console.log(records(trace.getTracer('shop')));
} else {
  const { BasicTracerProvider } = require('@opentelemetry/sdk-trace-base');
  console.log(records(new BasicTracerProvider().getTracer('shop')));
}
process.exit();
PROGRAM
for version in 10.78.0 11.12.0; do
  mkdir "$version"
  cp program.cjs "$version"
  (cd "$version" && npm init -y >/dev/null && npm install --silent --no-audit --no-fund --ignore-scripts "@sentry/node@$version" >/dev/null 2>&1)
done
(cd 10.78.0 && npm install --silent --no-audit --no-fund @opentelemetry/sdk-trace-base@2.12.1 >/dev/null 2>&1)
otel=$(cd 10.78.0 && node program.cjs)
ten=$(cd 10.78.0 && node program.cjs sentry)
eleven=$(cd 11.12.0 && node program.cjs sentry)
echo "a span below a remote parent that was not sampled is recorded: OpenTelemetry 2.12.1 $otel, Sentry 10.78.0 $ten, Sentry 11.12.0 $eleven"
test "$otel $ten $eleven" = 'false true true'
