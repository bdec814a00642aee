import { type Field, type Message, WireReader } from './wire-reader.ts';

/** How many messages may be in a request: spans, links, attributes and their values. 8 MiB of any real ones have fewer. */
const mostMessages = 1_000_000;

/**
 * Reads a request of OTLP in protobuf as its JSON has it, but only the fields that a journey is made of.
 *
 * @throws {ProtobufError} where it is none, or there is too much in it.
 * @see OTLP 1.11: opentelemetry/proto/collector/trace/v1/trace_service.proto
 */
export function readOtlpProtobuf(bytes: Buffer): Record<string, unknown> {
  return new WireReader(bytes, mostMessages).read(request);
}

function message(fields: Readonly<Record<number, Field>>): Message {
  return new Map(Object.entries(fields).map(([number, field]) => [Number(number), field]));
}

function list(name: string, type: Message): Field {
  return { name, type, isList: true };
}

const scalars = {
  1: { name: 'stringValue', type: 'text' },
  2: { name: 'boolValue', type: 'boolean' },
  3: { name: 'intValue', type: 'integer' },
  4: { name: 'doubleValue', type: 'double' },
} as const;

/** `AnyValue`, of which nothing reads maps, bytes and lists in lists. */
const anyValue = message({
  ...scalars,
  5: { name: 'arrayValue', type: message({ 1: list('values', message(scalars)) }) },
});

const attributes = list(
  'attributes',
  message({ 1: { name: 'key', type: 'text' }, 2: { name: 'value', type: anyValue } }),
);

const link = message({
  1: { name: 'traceId', type: 'hex' },
  2: { name: 'spanId', type: 'hex' },
  4: attributes,
  6: { name: 'flags', type: 'fixed32' },
});

const span = message({
  1: { name: 'traceId', type: 'hex' },
  2: { name: 'spanId', type: 'hex' },
  4: { name: 'parentSpanId', type: 'hex' },
  5: { name: 'name', type: 'text' },
  6: { name: 'kind', type: 'integer' },
  7: { name: 'startTimeUnixNano', type: 'nanos' },
  8: { name: 'endTimeUnixNano', type: 'nanos' },
  9: attributes,
  13: list('links', link),
  14: { name: 'droppedLinksCount', type: 'integer' },
  15: {
    name: 'status',
    type: message({ 2: { name: 'message', type: 'text' }, 3: { name: 'code', type: 'integer' } }),
  },
});

const request = message({
  1: list(
    'resourceSpans',
    message({
      1: { name: 'resource', type: message({ 1: attributes }) },
      2: list(
        'scopeSpans',
        message({
          1: { name: 'scope', type: message({ 1: { name: 'name', type: 'text' } }) },
          2: list('spans', span),
        }),
      ),
    }),
  ),
});
