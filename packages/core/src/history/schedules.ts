import type { SpanContext } from '@opentelemetry/api';
import { BoundedMap, longestKey } from '../ground/bounded-map.ts';
import type { MemoryBudget } from '../ground/memory-budget.ts';
import { idsOf } from '../ground/span-ids.ts';
import type { IncomingMessage } from '../seam/incoming-message.ts';

interface Run {
  readonly id: string | undefined;
  readonly span: SpanContext;
}

/** How many schedules are remembered, at least. */
const remembered = 1_000;

/** The last run of each schedule in this process. */
export class Schedules {
  readonly #runs: BoundedMap<string, Run>;

  constructor(budget: MemoryBudget) {
    this.#runs = new BoundedMap(budget, {
      size: remembered,
      bytesOf: (key, { id = '' }) => 224 + 2 * (key.length + id.length),
    });
  }

  /** The run before this one. */
  previous(message: IncomingMessage): SpanContext | undefined {
    if (message.schedule === undefined || isLaterAttempt(message)) return undefined;
    const run = this.#runs.get(scheduleKey(message));
    return run === undefined || run.id === message.id ? undefined : run.span;
  }

  /** Remembers a run, for the next one to link to. */
  remember(message: IncomingMessage, spanContext: SpanContext): void {
    if (message.schedule === undefined || isLaterAttempt(message)) return;
    if (message.id !== undefined && message.id.length > longestKey) return;
    this.#runs.set(scheduleKey(message), { id: message.id, span: idsOf(spanContext) });
  }
}

/** Another attempt at a run has its own link to the attempt before, and may come after later runs. */
function isLaterAttempt({ attempt = 1 }: IncomingMessage): boolean {
  return attempt > 1;
}

function scheduleKey({ queueKey, schedule }: IncomingMessage): string {
  return `${queueKey} ${schedule}`;
}
