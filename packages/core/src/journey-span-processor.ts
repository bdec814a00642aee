import type { Context, Span } from '@opentelemetry/api';
import { safely } from './diag.ts';
import { journeyOf } from './propagation/message-context.ts';
import { attribute } from './semantic-conventions/telemetry-names.ts';

/**
 * Puts `waybill.journey.id` on every span that is started inside a handler, whoever starts it: the application, an HTTP client,
 * a database. Without it only the spans of Waybill have the attribute.
 *
 * It is a span processor of the OpenTelemetry SDKs 2.x and 3.x, and adds nothing but the attribute: add it beside the one that
 * exports. A span that is started outside of handlers stays as it is, and so do those of other services that a handler calls.
 *
 * @example
 * new NodeSDK({ spanProcessors: [new JourneySpanProcessor(), processorThatExports] }).start();
 */
export class JourneySpanProcessor {
  /** Names the journey of the handler that the span is started in, if it is in one. */
  onStart(span: Span, parentContext: Context): void {
    safely('Naming a journey', () => {
      const id = journeyOf(parentContext)?.id;
      if (id !== undefined) span.setAttribute(attribute.journeyId, id);
    });
  }

  onEnd(): void {
    // All work is done at the start.
  }

  /** Keeps nothing to export. */
  forceFlush(): Promise<void> {
    return Promise.resolve();
  }

  /** Holds nothing to close. */
  shutdown(): Promise<void> {
    return Promise.resolve();
  }
}
