import { type Instrumenter, isOwnContext, overrideMethod } from '@waybill/core/adapter';
import type { JobSchedulerJson, Queue } from 'bullmq';
import { MetadataHeaders } from './metadata.ts';

/** The answer of BullMQ about a schedule, as far as something of ours may be in it. */
type Answer = Pick<JobSchedulerJson, 'template'> | undefined;

type Asking = (...args: unknown[]) => Promise<Answer | Answer[]>;

/**
 * Leaves out of the answers about schedules what was written for the spans of their runs: a template that is given to another
 * schedule must not take the context and the baggage of this one there.
 */
export function hideSchedulesContext(queue: Queue, instrumenter: Instrumenter): void {
  const client = queue as unknown as Record<'getJobScheduler' | 'getJobSchedulers', Asking>;
  for (const name of ['getJobScheduler', 'getJobSchedulers'] as const) {
    if (typeof client[name] !== 'function') continue;
    overrideMethod(client, name, (original) => async (...args) => {
      const answer = await original.apply(client, args);
      if (instrumenter.isIdle) return answer;
      const told = (one: Answer) => withoutContext(one, instrumenter.headerNames);
      return Array.isArray(answer) ? answer.map(told) : told(answer);
    });
  }
}

/**
 * The answer is BullMQ's copy of what it keeps, made for this call.
 *
 * @param names those of the headers that are ours, in lower case.
 */
export function withoutContext(answer: Answer, names: readonly string[]): Answer {
  const opts = answer?.template?.opts;
  const metadata = opts?.telemetry?.metadata;
  const rest = withoutHeaders(metadata, names);
  if (answer === undefined || opts === undefined || rest === metadata) return answer;
  const { telemetry, ...others } = opts;
  const { metadata: _, ...more } = telemetry ?? {};
  const kept = rest === undefined ? more : { ...more, metadata: rest };
  const left = Object.keys(kept).length === 0 ? others : { ...others, telemetry: kept };
  const { template, ...schedule } = answer;
  if (template?.data === undefined && Object.keys(left).length === 0) return schedule;
  return { ...answer, template: { ...template, opts: left } };
}

/** The metadata without our headers; as it is where the context in it is not one that we wrote. */
function withoutHeaders(metadata: string | undefined, names: readonly string[]): string | undefined {
  const headers = new MetadataHeaders({ metadata });
  if (!isOwnContext(headers)) return metadata;
  for (const name of names) headers.delete(name);
  return headers.names().length === 0 ? undefined : JSON.stringify(headers.current);
}
