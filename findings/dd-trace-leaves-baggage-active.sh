#!/bin/sh
# The context manager of dd-trace leaves the baggage of a context active after context.with() has returned.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund dd-trace@6.21.0 @opentelemetry/api@1.9.1 >/dev/null 2>&1
cat >program.cjs <<'PROGRAM'
const tracer = require('dd-trace');
tracer.init({ startupLogs: false, telemetry: { enabled: false }, remoteConfig: { enabled: false } });
new tracer.TracerProvider().register();
const { context, propagation, ROOT_CONTEXT } = require('@opentelemetry/api');
const tenant = () => propagation.getActiveBaggage()?.getEntry('tenant')?.value ?? 'none';
const baggage = propagation.createBaggage({ tenant: { value: 'acme' } });
const before = tenant();
const within = context.with(propagation.setBaggage(ROOT_CONTEXT, baggage), tenant);
const after = tenant();
console.log(`dd-trace ${require('dd-trace/package.json').version}: before ${before}, within ${within}, after ${after}`);
process.exit(before === 'none' && within === 'acme' && after === 'acme' ? 0 : 1);
PROGRAM
node program.cjs
