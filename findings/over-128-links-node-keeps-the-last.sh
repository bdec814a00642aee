#!/bin/sh
# Of the links of a span beyond the limit of 128, OpenTelemetry's SDKs for Node.js and Python keep the last, that for Java the first. So of a
# batch of 200 messages with one link each, the two sides of a system show different senders.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund @opentelemetry/api@1.10.0 @opentelemetry/sdk-trace@3.1.1 >/dev/null 2>&1
python3 -m venv python >/dev/null
python/bin/pip install --quiet --disable-pip-version-check opentelemetry-sdk==1.45.2
cat >pom.xml <<'POM'
<project>
  <modelVersion>4.0.0</modelVersion>
  <groupId>local</groupId><artifactId>links</artifactId><version>1</version>
  <dependencies>
    <dependency><groupId>io.opentelemetry</groupId><artifactId>opentelemetry-sdk</artifactId><version>1.68.0</version></dependency>
  </dependencies>
</project>
POM
mvn --quiet --batch-mode dependency:copy-dependencies -DoutputDirectory=jars >/dev/null 2>&1
cat >links.mjs <<'PROGRAM'
import { TracerProvider } from '@opentelemetry/sdk-trace';

const sender = (number) => ({ traceId: '1'.repeat(32), spanId: number.toString(16).padStart(16, '0'), traceFlags: 1 });
const links = Array.from({ length: 200 }, (_, index) => ({ context: sender(index + 1) }));
const span = new TracerProvider().getTracer('consumer').startSpan('process orders', { links });
const [first, last] = [span.links[0], span.links.at(-1)].map(({ context }) => Number.parseInt(context.spanId, 16));
console.log(`node: ${span.links.length} links, to the messages ${first} to ${last}`);
PROGRAM
cat >links.py <<'PROGRAM'
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.trace import Link, SpanContext, TraceFlags

links = [Link(SpanContext(1, number, True, TraceFlags(1))) for number in range(1, 201)]
span = TracerProvider().get_tracer("consumer").start_span("process orders", links=links)
numbers = [link.context.span_id for link in span.links]
print(f"python: {len(numbers)} links, to the messages {numbers[0]} to {numbers[-1]}")
PROGRAM
cat >Links.java <<'PROGRAM'
import io.opentelemetry.api.trace.*;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.trace.*;

class Links {
  /** Prints what a span that has ended links to. */
  static class Printer implements SpanProcessor {
    public boolean isStartRequired() { return false; }
    public void onStart(Context parent, ReadWriteSpan span) {}
    public boolean isEndRequired() { return true; }
    public void onEnd(ReadableSpan span) {
      var links = span.toSpanData().getLinks();
      var numbers = links.stream().map(link -> Long.parseLong(link.getSpanContext().getSpanId(), 16)).toList();
      System.out.printf("java: %d links, to the messages %d to %d%n", numbers.size(), numbers.get(0), numbers.get(numbers.size() - 1));
    }
  }

  public static void main(String[] arguments) {
    var provider = SdkTracerProvider.builder().addSpanProcessor(new Printer()).build();
    var span = provider.get("consumer").spanBuilder("process orders");
    for (int number = 1; number <= 200; number++) {
      var spanId = String.format("%016x", number);
      span.addLink(SpanContext.create("1".repeat(32), spanId, TraceFlags.getSampled(), TraceState.getDefault()));
    }
    span.startSpan().end();
  }
}
PROGRAM
echo 'sdk-trace 3.1.1, opentelemetry-sdk of Python 1.45.2 and of Java 1.68.0, a span that is started with 200 links:'
{ node links.mjs && python/bin/python links.py && java -cp 'jars/*' Links.java; } | tee seen
printf '%s: 128 links, to the messages %s\n' node '73 to 200' python '73 to 200' java '1 to 128' | diff seen -
