import { type Span, type SpanContext, SpanKind } from '@opentelemetry/api';
import type { Reporter } from '../diag.ts';
import { isSameSpan } from '../ground/span-ids.ts';
import type { Journey } from '../propagation/journey.ts';
import type { AdapterInfo } from '../seam/instrumenter.ts';
import { attribute } from '../semantic-conventions/telemetry-names.ts';
import { isRecording } from './start-span.ts';

/** The adapter that asks, and where it reports another instrumentation. */
interface Asking {
  readonly adapter: AdapterInfo;
  readonly reporter: Reporter;
}

/** Properties of SDK spans beyond the API. Each may be missing. */
interface ReadableSpan extends Span {
  readonly kind?: SpanKind;
  readonly attributes?: Readonly<Record<string, unknown>>;
  readonly instrumentationScope?: { readonly name?: string };
  readonly instrumentationLibrary?: { readonly name?: string };
  readonly parentSpanContext?: { readonly spanId?: string };
  readonly parentSpanId?: string;
}

/**
 * Whether the active span already covers the sending of a message: it is a producer, and either the message carries
 * its context, or it is another instrumentation's for the same destination, which had no room for its context. A second span
 * for the same send would be a double.
 */
export function isSentBy(
  active: Span | undefined,
  created: SpanContext | undefined,
  destination: string,
  env: Asking,
): boolean {
  const span: ReadableSpan | undefined = active;
  if (span?.kind !== SpanKind.PRODUCER) return false;
  const carried = created !== undefined && isSameSpan(span.spanContext(), created);
  if (!carried && !isForeign(span, destination, env.adapter)) return false;
  reportOtherInstrumentation(span, env);
  return true;
}

/** Whether the active span already covers a call that receives from a destination. */
export function isReceivedBy(active: Span | undefined, destination: string, env: Asking): boolean {
  const span: ReadableSpan | undefined = active;
  if (span?.attributes?.[attribute.operationType] !== 'receive') return false;
  if (!isForeign(span, destination, env.adapter)) return false;
  reportOtherInstrumentation(span, env);
  return true;
}

/**
 * Whether the active span already covers the handling of a message: it is a consumer, and a child of its context. Of our
 * own spans, one for the same destination: inside a program, work may be handed on in the middle of work.
 *
 * @param journey that of the message being handled: if our own span is not a child, the journey tells what it handles.
 */
export function isProcessedBy(
  active: Span | undefined,
  created: SpanContext | undefined,
  destination: string,
  journey: Journey | undefined,
  env: Asking,
): boolean {
  if (active === undefined || created === undefined) return false;
  const span = active as ReadableSpan;
  if (span.kind !== SpanKind.CONSUMER) return false;
  if (isOurs(span, env.adapter)) {
    if (env.adapter.nests || !isRecording(active)) return false;
    const isSameQueue = span.attributes?.[attribute.destinationName] === destination;
    return isSameQueue && journey?.handles === 'message' && journey.arrivedWith(created);
  }
  if ((span.parentSpanContext?.spanId ?? span.parentSpanId) !== created.spanId) return false;
  reportOtherInstrumentation(active, env);
  return true;
}

/** Whether a span was made by this adapter. */
export function isOurs(span: Span, adapter: AdapterInfo): boolean {
  return scopeOf(span) === adapter.name;
}

/** Whether a span is another instrumentation's and names this destination. */
function isForeign(span: ReadableSpan, destination: string, adapter: AdapterInfo): boolean {
  return span.attributes?.[attribute.destinationName] === destination && scopeOf(span) !== adapter.name;
}

function scopeOf(span: ReadableSpan): string | undefined {
  return span.instrumentationScope?.name ?? span.instrumentationLibrary?.name;
}

function reportOtherInstrumentation(span: ReadableSpan, { adapter, reporter }: Asking): void {
  const scope = scopeOf(span);
  if (scope === adapter.name) return;
  const { name, otherInstrumentation: fix } = adapter;
  reporter.reportOnce(
    'WAYBILL_OTHER_INSTRUMENTATION',
    `${scope ?? 'Another instrumentation'} traces the same client as ${name}; its spans are kept and ours are left out.${fix === undefined ? '' : ` ${fix}`}`,
  );
}
