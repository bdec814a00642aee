#!/bin/sh
# Starts Kafka as one node. What it advertises is known only once the container runs, so it waits to be told.
# A container that is started again finds what it had.
set -e
home=/tmp/kafka
mkdir -p $home

echo 'waiting for the published address'
while [ ! -f /tmp/published-address ]; do sleep 0.05; done

cat > $home/log4j2.properties <<'END'
rootLogger.level = info
rootLogger.appenderRef.stdout.ref = stdout
appender.stdout.type = Console
appender.stdout.name = stdout
appender.stdout.layout.type = PatternLayout
appender.stdout.layout.pattern = %d{HH:mm:ss.SSS} %p %m (%c)%n
END

# The broker reaches itself through INTERNAL: the published address means nothing inside the container.
cat > $home/server.properties <<END
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@localhost:9093
controller.listener.names=CONTROLLER
listeners=CLIENT://:9092,INTERNAL://localhost:19092,CONTROLLER://localhost:9093
advertised.listeners=CLIENT://$(cat /tmp/published-address),INTERNAL://localhost:19092
listener.security.protocol.map=CLIENT:PLAINTEXT,INTERNAL:PLAINTEXT,CONTROLLER:PLAINTEXT
inter.broker.listener.name=INTERNAL
log.dirs=$home/data
offsets.topic.num.partitions=1
offsets.topic.replication.factor=1
transaction.state.log.num.partitions=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
group.initial.rebalance.delay.ms=0
END

java="java -Xmx512m -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Dlog4j2.configurationFile=$home/log4j2.properties"
$java -cp '/opt/kafka/libs/*' kafka.tools.StorageTool format \
  --ignore-formatted --cluster-id V2F5YmlsbFdheWJpbGxXYQ --config $home/server.properties
exec $java -cp '/opt/kafka/libs/*' kafka.Kafka $home/server.properties
