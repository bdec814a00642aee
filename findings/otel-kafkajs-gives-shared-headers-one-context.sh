#!/bin/sh
# OpenTelemetry's instrumentation of kafkajs writes the context of a message into the headers that the program passed. Where the messages of one `send`
# share their headers, all of them carry the context of the last: its span has all handlings for children, those of the others have none. Needs Java 17
# and Maven, for a real Kafka.
set -eu
folder=$(mktemp -d)
kafka=
trap '[ -z "$kafka" ] || { kill "$kafka"; wait "$kafka" || true; }; rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund kafkajs@2.2.4 @opentelemetry/instrumentation-kafkajs@0.33.0 @opentelemetry/api@1.10.0 \
  @opentelemetry/core@3.1.0 @opentelemetry/sdk-trace@3.1.0 @opentelemetry/context-async-hooks@3.1.0 @opentelemetry/instrumentation@0.301.1 >/dev/null 2>&1
cat >pom.xml <<'POM'
<project>
  <modelVersion>4.0.0</modelVersion>
  <groupId>local</groupId><artifactId>kafka</artifactId><version>1</version>
  <dependencies>
    <dependency><groupId>org.apache.kafka</groupId><artifactId>kafka_2.13</artifactId><version>4.1.0</version></dependency>
  </dependencies>
</project>
POM
mvn --batch-mode dependency:copy-dependencies -DoutputDirectory=jars >maven.log 2>&1 || { cat maven.log; exit 1; }
cat >kafka.properties <<PROPERTIES
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:29093
controller.listener.names=CONTROLLER
listeners=PLAINTEXT://127.0.0.1:29092,CONTROLLER://127.0.0.1:29093
offsets.topic.replication.factor=1
group.initial.rebalance.delay.ms=0
log.dirs=$folder/data
PROPERTIES
id=$(java -cp 'jars/*' kafka.tools.StorageTool random-uuid 2>/dev/null)
java -cp 'jars/*' kafka.tools.StorageTool format --cluster-id "$id" --config kafka.properties >/dev/null 2>&1
java -Xmx384m -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -cp 'jars/*' kafka.Kafka kafka.properties >/dev/null 2>&1 &
kafka=$!
cat >program.cjs <<'PROGRAM'
const { context, propagation, trace } = require('@opentelemetry/api');
const { AsyncLocalStorageContextManager } = require('@opentelemetry/context-async-hooks');
const { W3CTraceContextPropagator } = require('@opentelemetry/core');
const { registerInstrumentations } = require('@opentelemetry/instrumentation');
const { KafkaJsInstrumentation } = require('@opentelemetry/instrumentation-kafkajs');
const { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } = require('@opentelemetry/sdk-trace');

const exporter = new InMemorySpanExporter();
context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
propagation.setGlobalPropagator(new W3CTraceContextPropagator());
trace.setGlobalTracerProvider(new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] }));
registerInstrumentations({ instrumentations: [new KafkaJsInstrumentation()] });
const { Kafka, logLevel } = require('kafkajs');

/** Sends three messages and handles them: how many handlings each span of a send has for children. */
async function run(topic, messages) {
  exporter.reset();
  const kafka = new Kafka({ brokers: ['127.0.0.1:29092'], logLevel: logLevel.NOTHING, retry: { initialRetryTime: 200, retries: 30 } });
  const producer = kafka.producer();
  await producer.connect();
  await producer.send({ topic, messages });
  await producer.disconnect();
  const consumer = kafka.consumer({ groupId: topic });
  await consumer.connect();
  await consumer.subscribe({ topics: [topic], fromBeginning: true });
  await new Promise((resolve) => {
    let handled = 0;
    consumer.run({
      eachMessage: async () => {
        handled += 1;
        if (handled === 3) resolve();
      },
    });
  });
  await consumer.disconnect();
  const spans = exporter.getFinishedSpans();
  const sends = spans.filter(({ name }) => name === `send ${topic}`);
  const handlings = spans.filter(({ name }) => name === `process ${topic}`);
  return sends.map((send) => handlings.filter(({ parentSpanContext }) => parentSpanContext?.spanId === send.spanContext().spanId).length);
}

async function main() {
  const values = ['one', 'two', 'three'];
  const own = await run('own', values.map((value) => ({ value, headers: { tenant: 'acme' } })));
  console.log('headers of their own, children of the three sends:', own.join(', '));
  const headers = { tenant: 'acme' };
  const shared = await run('shared', values.map((value) => ({ value, headers })));
  console.log('shared headers, children of the three sends:      ', shared.join(', '));
  process.exit(own.join() === '1,1,1' && shared.join() === '0,0,3' ? 0 : 1);
}
main();
PROGRAM
node --no-warnings program.cjs
