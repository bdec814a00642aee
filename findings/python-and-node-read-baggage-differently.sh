#!/bin/sh
# OpenTelemetry's SDK for Python encodes baggage like a form: it writes a space as +, which the one for Node.js reads as a plus, and reads a
# plus as a space. It takes properties for a part of the value. The SDK for Node.js drops an entry with an empty value, which it writes itself.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund @opentelemetry/api@1.10.0 @opentelemetry/core@3.1.1 >/dev/null 2>&1
python3 -m venv python >/dev/null
python/bin/pip install --quiet --disable-pip-version-check opentelemetry-sdk==1.45.2
cat >baggage.mjs <<'PROGRAM'
import { defaultTextMapGetter, defaultTextMapSetter, propagation, ROOT_CONTEXT } from '@opentelemetry/api';
import { W3CBaggagePropagator } from '@opentelemetry/core';

const [action, text] = process.argv.slice(2);
const propagator = new W3CBaggagePropagator();
if (action === 'write') {
  const carrier = {};
  const baggage = propagation.createBaggage({ note: { value: text } });
  propagator.inject(propagation.setBaggage(ROOT_CONTEXT, baggage), carrier, defaultTextMapSetter);
  console.log(carrier.baggage);
} else {
  const context = propagator.extract(ROOT_CONTEXT, { baggage: text }, defaultTextMapGetter);
  const entry = propagation.getBaggage(context)?.getEntry('note');
  console.log(entry === undefined ? 'no entry' : `"${entry.value}"`);
}
PROGRAM
cat >baggage.py <<'PROGRAM'
import sys
from opentelemetry.baggage import get_baggage, set_baggage
from opentelemetry.baggage.propagation import W3CBaggagePropagator

action, text = sys.argv[1:]
propagator = W3CBaggagePropagator()
if action == "write":
    carrier = {}
    propagator.inject(carrier, context=set_baggage("note", text))
    print(carrier["baggage"])
else:
    entry = get_baggage("note", propagator.extract({"baggage": text}))
    print("no entry" if entry is None else f'"{entry}"')
PROGRAM
node() { command node baggage.mjs "$@"; }
python() { python/bin/python baggage.py "$@"; }
{
  wire=$(python write 'two chairs')
  echo "python writes \"two chairs\" as $wire, and node reads $(node read "$wire")"
  wire=$(node write 'two chairs')
  echo "node writes \"two chairs\" as $wire, and python reads $(python read "$wire")"
  echo "of note=a+b node reads $(node read 'note=a+b'), and python $(python read 'note=a+b')"
  echo "of note=a;ttl=5 node reads $(node read 'note=a;ttl=5'), and python $(python read 'note=a;ttl=5')"
  wire=$(node write '')
  echo "node writes an empty value as $wire, of which node reads $(node read "$wire"), and python $(python read "$wire")"
} | tee seen
diff seen - <<'EXPECTED'
python writes "two chairs" as note=two+chairs, and node reads "two+chairs"
node writes "two chairs" as note=two%20chairs, and python reads "two chairs"
of note=a+b node reads "a+b", and python "a b"
of note=a;ttl=5 node reads "a", and python "a;ttl=5"
node writes an empty value as note=, of which node reads no entry, and python ""
EXPECTED
