#!/bin/sh
# A program with OpenTelemetry's NodeSDK 0.301.0, which esbuild has bundled as CommonJS, its default for Node.js, ends as it starts: one of
# the SDK's exporters reads import.meta.url. With --define and a banner it runs. The one of 2.x, 0.223.0, runs as it is.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
try() {
  mkdir -p "$folder/$1"
  cd "$folder/$1"
  npm init -y >/dev/null
  npm install --silent --no-audit --no-fund --ignore-scripts esbuild@0.28.2 "@opentelemetry/api@$2" "@opentelemetry/sdk-node@$1" >/dev/null 2>&1
  echo "import { NodeSDK } from '@opentelemetry/sdk-node'; console.log(typeof NodeSDK);" >program.mjs
  shift 2
  node node_modules/esbuild/bin/esbuild program.mjs --bundle --platform=node --log-level=silent --outfile=out.cjs "$@"
  node out.cjs 2>&1 | grep -oE '^function$|ERR_INVALID_ARG_VALUE' | head -n 1
}
newer=$(try 0.301.0 1.10.0)
older=$(try 0.223.0 1.9.1)
defined=$(try 0.301.0 1.10.0 --define:import.meta.url=importMetaUrl \
  "--banner:js=const importMetaUrl = require('node:url').pathToFileURL(__filename).href;")
echo "sdk-node 0.301.0: $newer; 0.223.0: $older; 0.301.0 with import.meta.url defined: $defined"
test "$newer" = ERR_INVALID_ARG_VALUE && test "$older" = function && test "$defined" = function
