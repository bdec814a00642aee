import { RecordedSpans } from './recorded-spans.ts';

/**
 * Records spans for tests. What it gives is a span processor for the SDK's tracer provider, of OpenTelemetry JS 2.x and 3.x
 * alike, and answers questions about what was recorded.
 *
 * @example
 * const spans = recordSpans();
 * const sdk = new NodeSDK({ spanProcessors: [spans] });
 * sdk.start();
 *
 * await queue.add('order', { id: 1 });
 * await spans.waitFor('process orders');
 * spans.named('process orders').toBeChildOf(spans.named('send orders'));
 */
export function recordSpans(): RecordedSpans {
  return new RecordedSpans();
}
