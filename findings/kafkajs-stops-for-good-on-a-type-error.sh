#!/bin/sh
# A handler of kafkajs that fails is called again, until it succeeds: the consumer retries, then restarts. Not so if the error is named TypeError,
# RangeError, ReferenceError or SyntaxError. Then the consumer leaves its group for good after the first try, and `run()` has long resolved. Node.js'
# own `fetch` rejects with a TypeError when the network is down. Needs Java 17 and Maven, for a real Kafka.
set -eu
folder=$(mktemp -d)
kafka=
trap '[ -z "$kafka" ] || { kill "$kafka"; wait "$kafka" || true; }; rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund kafkajs@2.2.4 >/dev/null 2>&1
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
const { Kafka, logLevel } = require('kafkajs');

const kafka = new Kafka({ brokers: ['127.0.0.1:29092'], logLevel: logLevel.NOTHING, retry: { initialRetryTime: 200, retries: 30 } });

/** A consumer whose handler fails twice: how often it is called, until it succeeds or the consumer stops without a restart. */
async function consume(topic, fail) {
  const producer = kafka.producer();
  await producer.connect();
  await producer.send({ topic, messages: [{ value: 'one' }] });
  await producer.disconnect();
  const asked = [];
  const restartOnFailure = async ({ message }) => {
    asked.push(message);
    return true;
  };
  const consumer = kafka.consumer({ groupId: topic, retry: { initialRetryTime: 50, retries: 5, restartOnFailure } });
  await consumer.connect();
  await consumer.subscribe({ topics: [topic], fromBeginning: true });
  let calls = 0;
  const end = await new Promise((resolve) => {
    consumer.on(consumer.events.CRASH, ({ payload: { error, restart } }) => {
      if (!restart) resolve(`stopped: ${error.message}`);
    });
    consumer.run({
      eachMessage: async () => {
        calls += 1;
        if (calls <= 2) await fail();
        else resolve('handled');
      },
    });
  });
  const admin = kafka.admin();
  await admin.connect();
  const { groups } = await admin.describeGroups([topic]);
  await admin.disconnect();
  await consumer.disconnect();
  return { calls, end, askedToRestart: asked.includes('fetch failed'), members: groups[0].members.length };
}

async function main() {
  const retried = await consume('orders-1', async () => {
    throw new Error('no connection');
  });
  console.log('kafkajs 2.2.4, the handler throws an Error twice:', JSON.stringify(retried));
  const stopped = await consume('orders-2', () => fetch('http://127.0.0.1:29099/')); // nothing listens there
  console.log('kafkajs 2.2.4, fetch of the handler fails:      ', JSON.stringify(stopped));
  const forGood = stopped.calls === 1 && stopped.end === 'stopped: fetch failed' && !stopped.askedToRestart && stopped.members === 0;
  process.exit(retried.calls === 3 && retried.end === 'handled' && retried.members === 1 && forGood ? 0 : 1);
}
main();
PROGRAM
node --no-warnings program.cjs
