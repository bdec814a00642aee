#!/bin/sh
# A tracer provider that is registered by OpenTelemetry's API 1.9 is not there for a library on API 1.10, and nothing says so; the
# other way round it is.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund older@npm:@opentelemetry/api@1.9.0 newer@npm:@opentelemetry/api@1.10.0 \
  @opentelemetry/sdk-trace-base@2.0.0 >/dev/null 2>&1
cat >program.cjs <<'PROGRAM'
const [registering, asking] = process.argv.slice(2).map((name) => require(name));
const { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } = require('@opentelemetry/sdk-trace-base');
const said = [];
const note = (text) => said.push(text);
const logger = { error: note, warn: note, info: note, debug: note, verbose: note };
registering.diag.setLogger(logger, registering.DiagLogLevel.WARN);
asking.diag.setLogger(logger, asking.DiagLogLevel.WARN);
said.length = 0;
const exporter = new InMemorySpanExporter();
const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
const registered = registering.trace.setGlobalTracerProvider(provider);
process.on('warning', (warning) => note(warning.message));
asking.trace.getTracer('library').startSpan('work').end();
setImmediate(() => console.log(`${registered} ${exporter.getFinishedSpans().length} ${said.length}`));
PROGRAM
newer_asks=$(node program.cjs older newer)
older_asks=$(node program.cjs newer older)
echo "registered, spans recorded, words said: by API 1.9.0, asked for by 1.10.0: $newer_asks; by 1.10.0, asked for by 1.9.0: $older_asks"
test "$newer_asks" = 'true 0 0' && test "$older_asks" = 'true 1 0'
