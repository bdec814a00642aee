import { type Instrumenter, overrideMethod, waybillIdentity } from '@waybill/core/adapter';
import { metadataFormat, readMetadata } from './metadata.ts';

/** The answer of BullMQ about a schedule, as far as something of ours may be in it. */
interface ScheduleAnswer {
  readonly template?: { readonly data?: unknown; readonly opts?: TemplateOptions };
}

interface TemplateOptions {
  readonly telemetry?: { readonly metadata?: unknown };
}

/** A `Queue` as far as it answers about its schedules. */
export interface SchedulesClient {
  getJobScheduler(id: string, ...rest: unknown[]): Promise<ScheduleAnswer | undefined>;
  getJobSchedulers(...range: unknown[]): Promise<ScheduleAnswer[]>;
}

/**
 * Leaves out of the answers about schedules what was written for the spans of their runs: a template that is given to another
 * schedule must not take the context and the baggage of this one there.
 */
export function hideSchedulesContext(queue: Partial<SchedulesClient>, instrumenter: Instrumenter): void {
  const client = queue as SchedulesClient;
  if (typeof client.getJobScheduler === 'function') {
    overrideMethod(client, 'getJobScheduler', (original) => async (id, ...rest) => {
      const answer = await original.call(client, id, ...rest);
      return instrumenter.isIdle ? answer : withoutContext(answer, instrumenter.headerNames);
    });
  }
  if (typeof client.getJobSchedulers === 'function') {
    overrideMethod(client, 'getJobSchedulers', (original) => async (...range) => {
      const answers = await original.apply(client, range);
      if (instrumenter.isIdle) return answers;
      return answers.map((answer) => withoutContext(answer, instrumenter.headerNames));
    });
  }
}

/**
 * The answer is BullMQ's copy of what it keeps, made for this call.
 *
 * @param names those of the headers that are ours, in lower case.
 */
export function withoutContext<A extends ScheduleAnswer | undefined>(answer: A, names: readonly string[]): A {
  const opts = answer?.template?.opts;
  const metadata = opts?.telemetry?.metadata;
  const rest = withoutHeaders(metadata, names);
  if (answer === undefined || opts === undefined || rest === metadata) return answer;
  const { telemetry, ...others } = opts;
  const { metadata: _, ...more } = telemetry ?? {};
  const kept = rest === undefined ? more : { ...more, metadata: rest };
  const left = Object.keys(kept).length === 0 ? others : { ...others, telemetry: kept };
  const { template, ...schedule } = answer;
  if (template?.data === undefined && Object.keys(left).length === 0) return schedule as A;
  return { ...answer, template: { ...template, opts: left } };
}

/** The metadata without our headers; as it is where the context in it is not one that we wrote. */
function withoutHeaders(metadata: unknown, names: readonly string[]): unknown {
  const { headers } = readMetadata(metadata);
  if (headers === undefined) return metadata;
  const spanId = waybillIdentity(metadataFormat.read(headers.waybill))?.split('-')[3];
  if (spanId === undefined) return metadata;
  const { traceparent } = headers;
  // Another propagator than W3C's writes none.
  if (traceparent !== undefined && !String(traceparent).includes(`-${spanId}-`)) return metadata;
  const others = Object.entries(headers).filter(([name]) => !names.includes(name.toLowerCase()));
  return others.length === 0 ? undefined : JSON.stringify(Object.fromEntries(others));
}
