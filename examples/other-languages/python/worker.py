"""A worker without Waybill: it handles one message of a queue, in a span of OpenTelemetry, and sends one to another.

    python worker.py kafka|rabbitmq|sqs|bullmq URL FROM TO

It prints what it saw and did as JSON.
"""

import asyncio
import json
import sys
from urllib.parse import urlparse

from opentelemetry import baggage, propagate, trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.trace import SpanKind

trace.set_tracer_provider(TracerProvider())
tracer = trace.get_tracer("worker")


def handle(headers):
    """Handles a message with these headers, and gives the headers of the message to send."""
    context = propagate.extract(headers)
    with tracer.start_as_current_span("process", context=context, kind=SpanKind.CONSUMER) as span:
        outgoing = {}
        # The span is a child of the message's context; its baggage is in the same context.
        propagate.inject(outgoing, trace.set_span_in_context(span, context))
        # What keeps the journey of the first sender. It may be left out.
        if "waybill" in headers:
            outgoing["waybill"] = headers["waybill"]
        of = span.get_span_context()
        told = {
            "traceId": format(of.trace_id, "032x"),
            "spanId": format(of.span_id, "016x"),
            "parentSpanId": format(span.parent.span_id, "016x") if span.parent else None,
            "tenant": baggage.get_baggage("tenant.id", context),
        }
    print(json.dumps(told), flush=True)
    return outgoing


def kafka(url, source, target):
    from kafka import KafkaConsumer, KafkaProducer

    consumer = KafkaConsumer(source, bootstrap_servers=url, auto_offset_reset="earliest")
    record = next(iter(consumer))
    headers = handle({name: value.decode() for name, value in record.headers})
    producer = KafkaProducer(bootstrap_servers=url)
    producer.send(target, b"shipped", headers=[(name, text.encode()) for name, text in headers.items()])
    producer.flush()
    consumer.close()


def rabbitmq(url, source, target):
    import pika

    connection = pika.BlockingConnection(pika.URLParameters(url))
    channel = connection.channel()
    for method, properties, _ in channel.consume(source):
        headers = handle(properties.headers or {})
        channel.basic_publish("", target, b"shipped", pika.BasicProperties(headers=headers))
        channel.basic_ack(method.delivery_tag)
        break
    connection.close()


def sqs(url, source, target):
    import boto3

    credentials = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}
    client = boto3.client("sqs", endpoint_url=url, region_name="eu-west-1", **credentials)
    messages = []
    while not messages:
        # Attributes come only if they are asked for, and by their exact names.
        names = ["traceparent", "tracestate", "baggage", "waybill"]
        received = client.receive_message(QueueUrl=source, MessageAttributeNames=names, WaitTimeSeconds=5)
        messages = received.get("Messages", [])
    attributes = messages[0].get("MessageAttributes", {})
    headers = handle({name: attribute["StringValue"] for name, attribute in attributes.items()})
    attributes = {name: {"DataType": "String", "StringValue": text} for name, text in headers.items()}
    client.send_message(QueueUrl=target, MessageBody="shipped", MessageAttributes=attributes)


def bullmq(url, source, target):
    from bullmq import Queue, Worker

    async def run():
        address = urlparse(url)
        connection = {"host": address.hostname, "port": address.port}
        done = asyncio.get_running_loop().create_future()

        async def process(job, _token):
            # BullMQ keeps `opts.telemetry.metadata` as `tm`. The client for Python has no name of its own for it.
            headers = handle(json.loads(job.opts.get("tm") or "{}"))
            queue = Queue(target, {"connection": connection})
            await queue.add("ship", {}, {"tm": json.dumps(headers)})
            await queue.close()
            done.set_result(None)

        worker = Worker(source, process, {"connection": connection})
        await done
        await worker.close()

    asyncio.run(run())


if __name__ == "__main__":
    broker, *arguments = sys.argv[1:]
    {"kafka": kafka, "rabbitmq": rabbitmq, "sqs": sqs, "bullmq": bullmq}[broker](*arguments)
