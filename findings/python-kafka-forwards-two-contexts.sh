#!/bin/sh
# OpenTelemetry's instrumentation of Python's confluent-kafka appends a traceparent to the headers that a program passes, beside one that is
# there, and reads the first of them. So a message that is forwarded with its headers, to a topic of retries for instance, carries two contexts,
# and links to the sender before the forwarder.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv python >/dev/null
python/bin/pip install --quiet --disable-pip-version-check opentelemetry-api==1.45.1 opentelemetry-sdk==1.45.1 \
  opentelemetry-instrumentation-confluent-kafka==0.66b1 confluent-kafka==2.16.1
cat >program.py <<'PROGRAM'
import sys
import confluent_kafka
from opentelemetry import trace
from opentelemetry.instrumentation.confluent_kafka import ConfluentKafkaInstrumentor
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

exporter = InMemorySpanExporter()
provider = TracerProvider()
provider.add_span_processor(SimpleSpanProcessor(exporter))
trace.set_tracer_provider(provider)
ConfluentKafkaInstrumentor().instrument()

# librdkafka brings a broker of its own for tests.
producer = confluent_kafka.Producer({"test.mock.num.brokers": 1, "bootstrap.servers": "unused:1", "log_level": 0})
[broker] = producer.list_topics(timeout=10).brokers.values()


def send(topic, headers):
    producer.produce(topic, b"one chair", headers=headers)
    producer.flush(10)


def receive(topic):
    server = {"bootstrap.servers": f"{broker.host}:{broker.port}", "log_level": 0}
    consumer = confluent_kafka.Consumer({**server, "group.id": topic, "auto.offset.reset": "earliest"})
    consumer.subscribe([topic])
    while (message := consumer.poll(1)) is None or message.error():
        pass
    headers = message.headers()
    consumer.close()
    return headers


send("orders", [("kind", b"new")])
send("retries", receive("orders"))
contexts = [name for name, _ in receive("retries")].count("traceparent")
spans = exporter.get_finished_spans()
named = {span.context.span_id: span.name for span in spans}
[link] = next(span.links for span in spans if span.name == "retries process")
print(f"instrumentation 0.66b1, confluent-kafka 2.16.1: the forwarded message has {contexts} headers traceparent")
print(f'"retries process" links to "{named[link.context.span_id]}", not to "retries send"')
sys.exit(0 if contexts == 2 and named[link.context.span_id] == "orders send" else 1)
PROGRAM
timeout 120 python/bin/python program.py
