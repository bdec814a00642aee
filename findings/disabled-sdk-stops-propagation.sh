#!/bin/sh
# OTEL_SDK_DISABLED=true also takes the propagators from a program with OpenTelemetry's NodeSDK, although OpenTelemetry's specification says that
# it has no effect on them: what the program sends for a message that it handles is no longer in the sender's trace. Python's SDK keeps them.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts @opentelemetry/api@1.10.0 @opentelemetry/sdk-node@0.301.0 >/dev/null 2>&1
python3 -m venv python >/dev/null
python/bin/pip install --quiet --disable-pip-version-check opentelemetry-sdk==1.45.2
cat >forward.mjs <<'PROGRAM'
import { context, propagation, trace } from '@opentelemetry/api';
import { NodeSDK } from '@opentelemetry/sdk-node';

process.env.OTEL_TRACES_EXPORTER = process.env.OTEL_METRICS_EXPORTER = process.env.OTEL_LOGS_EXPORTER = 'none';
new NodeSDK().start();
const received = { traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`, baggage: 'tenant=acme' };
const sent = {};
context.with(propagation.extract(context.active(), received), () =>
  trace.getTracer('worker').startActiveSpan('process', () => propagation.inject(context.active(), sent)),
);
console.log(sent.traceparent?.slice(0, 35) ?? 'no traceparent', sent.baggage ?? 'no baggage');
PROGRAM
cat >forward.py <<'PROGRAM'
from opentelemetry import context, propagate, trace
from opentelemetry.sdk.trace import TracerProvider

trace.set_tracer_provider(TracerProvider())
received = {"traceparent": f"00-{'a' * 32}-{'b' * 16}-01", "baggage": "tenant=acme"}
sent = {}
context.attach(propagate.extract(received))
with trace.get_tracer("worker").start_as_current_span("process"):
    propagate.inject(sent)
print(sent.get("traceparent", "no traceparent")[:35], sent.get("baggage", "no baggage"))
PROGRAM
enabled=$(node forward.mjs)
disabled=$(OTEL_SDK_DISABLED=true node forward.mjs)
python=$(OTEL_SDK_DISABLED=true python/bin/python forward.py)
echo "what a handled message hands on: NodeSDK 0.301.0: $enabled; disabled: $disabled; Python's SDK 1.45.2, disabled: $python"
expected="00-$(printf 'a%.0s' $(seq 32)) tenant=acme"
test "$enabled" = "$expected" && test "$disabled" = 'no traceparent no baggage' && test "$python" = "$expected"
