import {
  context,
  ProxyTracerProvider,
  propagation,
  ROOT_CONTEXT,
  SpanKind,
  type TextMapGetter,
  trace,
} from '@opentelemetry/api';
import type { StandInClient } from '../client.ts';
import { inSpan } from '../in-span.ts';
import type { MessageSpans } from '../message-spans.ts';

/** A record as Lambda's event has it. */
interface SqsRecord {
  readonly messageId: string;
  readonly receiptHandle: string;
  readonly body: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly messageAttributes: Readonly<Record<string, { readonly stringValue?: string }>>;
  readonly eventSource: 'aws:sqs';
  readonly eventSourceARN: string;
}

interface SqsEvent {
  readonly Records: readonly SqsRecord[];
}

type RecordHandler = (record: SqsRecord) => Promise<void>;
type Handler = (event: SqsEvent) => Promise<{ batchItemFailures: { itemIdentifier: string }[] }>;

/** A function that SQS invokes with records. */
export const lambda: StandInClient = {
  name: 'lambda',
  sends: false,

  async openStandIn(tracing, { messages = 1 }) {
    const handle: RecordHandler = async () => undefined;
    const handler = open(tracing, handle);
    return async () => {
      await handler(eventOf(messages));
    };
  },
};

function open(tracing: Parameters<StandInClient['openStandIn']>[0], handle: RecordHandler): Handler {
  if (tracing.by === 'hand-written') return handWrittenHandler(handle, tracing.spans);
  if (tracing.by === 'waybill') {
    const { traceLambdaHandler, processRecords } = tracing.packages.sqs;
    return traceLambdaHandler((event: SqsEvent) => processRecords(event, handle), tracing.waybill);
  }
  return (event) => handleAll(event, handle);
}

async function handleAll({ Records }: SqsEvent, handle: RecordHandler): ReturnType<Handler> {
  const batchItemFailures: { itemIdentifier: string }[] = [];
  for (const record of Records) {
    try {
      await handle(record);
    } catch {
      batchItemFailures.push({ itemIdentifier: record.messageId });
    }
  }
  return { batchItemFailures };
}

/** What a careful engineer writes around the handler of a function: the spans are exported before it answers. */
function handWrittenHandler(handle: RecordHandler, spans: MessageSpans): Handler {
  const tracer = trace.getTracer('hand-written');
  const provider = trace.getTracerProvider();
  const sdk = provider instanceof ProxyTracerProvider ? provider.getDelegate() : provider;
  const { forceFlush = async () => undefined } = sdk as { forceFlush?(): Promise<void> };
  const traced: RecordHandler = (record) => {
    const { attributes: system, messageAttributes, messageId, eventSourceARN } = record;
    const [, , , region, account, queue] = eventSourceARN.split(':');
    const extracted = propagation.extract(ROOT_CONTEXT, messageAttributes, attributeGetter);
    const attributes = {
      ...spans.process,
      'messaging.destination.name': queue,
      'messaging.message.id': messageId,
      'aws.sqs.queue.url': `https://sqs.${region}.amazonaws.com/${account}/${queue}`,
      'waybill.message.attempt': Number(system.ApproximateReceiveCount),
      'waybill.message.age': (Date.now() - Number(system.SentTimestamp)) / 1_000,
      'waybill.journey.id': trace.getSpanContext(extracted)?.traceId ?? '',
    };
    const span = tracer.startSpan(`process ${queue}`, { kind: SpanKind.CONSUMER, attributes }, extracted);
    return inSpan(span, trace.setSpan(extracted, span), () => handle(record));
  };
  return async (event) => {
    const answer = await handleAll(event, traced);
    await forceFlush.call(sdk);
    return answer;
  };
}

const attributeGetter: TextMapGetter<SqsRecord['messageAttributes']> = {
  keys: (attributes) => Object.keys(attributes),
  get: (attributes, name) => attributes[name]?.stringValue,
};

/** An event as it comes from JSON: new objects each time, and the context of a sender. */
function eventOf(records: number): SqsEvent {
  const time = Date.now();
  const baggage = propagation.getBaggage(context.active());
  return {
    Records: Array.from({ length: records }, (_, index) => ({
      messageId: `m-${index}`,
      receiptHandle: `receipt-${index}`,
      body: 'one',
      attributes: { ApproximateReceiveCount: '1', SentTimestamp: `${time}` },
      messageAttributes: {
        traceparent: {
          stringValue: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
          dataType: 'String',
        },
        waybill: {
          stringValue: `1-${time}-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331`,
          dataType: 'String',
        },
        ...(baggage && { baggage: { stringValue: 'tenant.id=acme,user.id=1', dataType: 'String' } }),
      },
      eventSource: 'aws:sqs',
      eventSourceARN: 'arn:aws:sqs:eu-west-1:123456789012:orders',
    })),
  };
}
