#!/bin/sh
# A consumer of @platformatic/kafka commits "consumed messages", says its documentation of `autocommit`, which is on by default. It commits all that it
# has fetched while the program still has the first of it in hand. A consumer that is closed in order after one of 100 messages has lost the other 99: the next one
# starts behind them. With `autocommit: false` and `message.commit()` none are lost. Needs Java 17 and Maven, for a real Kafka.
set -eu
folder=$(mktemp -d)
kafka=
trap '[ -z "$kafka" ] || { kill "$kafka"; wait "$kafka" || true; }; rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund @platformatic/kafka@2.12.1 node@24.21.0 >/dev/null 2>&1
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
cat >program.mjs <<'PROGRAM'
import { Admin, Consumer, Producer, stringDeserializers, stringSerializers } from '@platformatic/kafka';

const kafka = { clientId: 'findings', bootstrapBrokers: ['127.0.0.1:29092'], retries: 60, retryDelay: 500 };
const admin = new Admin(kafka);
await admin.createTopics({ topics: ['orders'], partitions: 1, replicas: 1 });
const producer = new Producer({ ...kafka, serializers: stringSerializers });
await producer.send({ messages: Array.from({ length: 100 }, (_, index) => ({ topic: 'orders', value: `${index + 1}` })) });

/** Handles one message of a group, and closes the consumer in order. Tells the message, and the offset that was committed while it was handled. */
async function handleOne(groupId, options) {
  const consumer = new Consumer({ ...kafka, ...options, groupId, deserializers: stringDeserializers });
  const stream = await consumer.consume({ topics: ['orders'], mode: 'committed', fallbackMode: 'earliest' });
  let handled;
  for await (const message of stream) {
    handled = { message: message.value, committed: -1 };
    for (let step = 0; step < 40 && handled.committed < 0; step += 1) { // ten seconds of work, or less if an offset is committed
      await new Promise((resolve) => setTimeout(resolve, 250));
      const offsets = await consumer.listCommittedOffsets({ topics: [{ topic: 'orders', partitions: [0] }] });
      handled.committed = Number(offsets.get('orders')[0]);
    }
    if (options.autocommit === false) await message.commit();
    break;
  }
  await consumer.close(true);
  return handled;
}

const first = await handleOne('automatic', {});
const firstByHand = await handleOne('by-hand', { autocommit: false });
await producer.send({ messages: [{ topic: 'orders', value: 'sent later' }] });
const next = await handleOne('automatic', {});
const nextByHand = await handleOne('by-hand', { autocommit: false });
await producer.close();
await admin.close();
console.log('@platformatic/kafka 2.12.1, by default:        handles', first.message, 'while offset', first.committed, 'is committed, then', next.message);
console.log('@platformatic/kafka 2.12.1, autocommit: false: handles', firstByHand.message, 'while nothing is committed, then', nextByHand.message);
const lost = first.message === '1' && first.committed === 100 && next.message === 'sent later';
process.exit(lost && firstByHand.message === '1' && firstByHand.committed === -1 && nextByHand.message === '2' ? 0 : 1);
PROGRAM
node_modules/.bin/node program.mjs
