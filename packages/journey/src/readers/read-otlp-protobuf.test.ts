import { expect, it } from '@jest/globals';
import { ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer';
import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import * as fc from 'fast-check';
import { spanId, traceId } from '../../test/make-span.ts';
import { readOtlpProtobuf } from './read-otlp-protobuf.ts';
import { readSpans } from './read-spans.ts';
import { ProtobufError } from './wire-reader.ts';

/** A request as the SDK writes it. */
function request(): Buffer {
  const exporter = new InMemorySpanExporter();
  const provider = new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] });
  const link = { context: { traceId: traceId(1), spanId: spanId(1), traceFlags: 1 }, attributes: { a: 1 } };
  const attributes = { text: 'text', list: [1, 2], double: 0.5, negative: -1 };
  provider
    .getTracer('test')
    .startSpan('process orders', { links: [link], attributes })
    .end();
  return Buffer.from(ProtobufTraceSerializer.serializeRequest(exporter.getFinishedSpans()) ?? []);
}

/** Reads bytes, and gives how that ended. Any other error is one of the test. */
function read(bytes: Buffer): string {
  try {
    readSpans({ resourceSpans: [], ...readOtlpProtobuf(bytes) });
    return 'read';
  } catch (error) {
    if (!(error instanceof ProtobufError)) throw error;
    return error.message;
  }
}

it('reads or refuses any bytes', () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => void read(Buffer.from(bytes))));
});

it('reads or refuses a request of which some bytes are others', () => {
  const valid = request();
  expect(read(valid)).toBe('read');
  const place = fc.tuple(fc.nat(valid.length - 1), fc.nat(255));
  fc.assert(
    fc.property(fc.array(place, { minLength: 1, maxLength: 8 }), (changes) => {
      const bytes = Buffer.from(valid);
      for (const [at, byte] of changes) bytes[at] = byte;
      read(bytes);
    }),
    { numRuns: 1_000 },
  );
});

it('refuses a request that is cut, wherever it is', () => {
  const valid = request();
  const ends = Array.from({ length: valid.length - 1 }, (_, length) => read(valid.subarray(0, length + 1)));
  expect(ends.filter((each) => !/is cut at byte|does not end/.test(each))).toEqual([]);
});
