#!/bin/sh
# OpenTelemetry's instrumentation of SQS for Python ends a message's process span when the message is deleted. delete_message_batch ends that of
# the first entry only. The others never end, and the one of the message that was handled last stays active: the next poll is below it.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv python >/dev/null
python/bin/pip install --quiet --disable-pip-version-check opentelemetry-api==1.45.1 opentelemetry-sdk==1.45.1 \
  opentelemetry-instrumentation-boto3sqs==0.66b1 boto3==1.44.8 moto==5.2.5
cat >program.py <<'PROGRAM'
import os
import sys
import boto3
from moto import mock_aws
from opentelemetry import trace
from opentelemetry.instrumentation.boto3sqs import Boto3SQSInstrumentor
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

exporter = InMemorySpanExporter()
provider = TracerProvider()
provider.add_span_processor(SimpleSpanProcessor(exporter))
trace.set_tracer_provider(provider)
Boto3SQSInstrumentor().instrument()
os.environ.update(AWS_ACCESS_KEY_ID="test", AWS_SECRET_ACCESS_KEY="test")

with mock_aws():
    sqs = boto3.client("sqs", region_name="eu-west-1")
    url = sqs.create_queue(QueueName="orders")["QueueUrl"]
    for body in ("chair", "lamp", "table"):
        sqs.send_message(QueueUrl=url, MessageBody=body)
    names = ["tenant"]
    messages = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, MessageAttributeNames=names)["Messages"]
    handled = [message["Body"] for message in messages]
    entries = [{"Id": str(index), "ReceiptHandle": message["ReceiptHandle"]} for index, message in enumerate(messages)]
    sqs.delete_message_batch(QueueUrl=url, Entries=entries)
    sqs.receive_message(QueueUrl=url, MessageAttributeNames=names)

spans = exporter.get_finished_spans()
ended = [span.name for span in spans].count("orders process")
first, second = [span for span in spans if span.name == "orders receive"]
active = trace.get_current_span()
below = second.parent is not None and second.parent.span_id == active.get_span_context().span_id
print(f"instrumentation 0.66b1, boto3 1.44.8: of {len(handled)} messages that were handled and deleted, {ended} has a span that ended")
print(f'active when all is done: "{active.name}", which is {"" if below else "not "}the parent of the next "orders receive"')
print(f"the program's list of attribute names, after two polls: {len(names)} names, and one of them its own")
sys.exit(0 if len(handled) == 3 and ended == 1 and active.name == "orders process" and below and first.parent is None else 1)
PROGRAM
python/bin/python program.py
