import type { Outcome } from '../comparison/outcome.ts';
import type { Collectors } from '../faults/fault.ts';

/** What a process of a run has to do. */
export interface Task {
  readonly role: 'producer' | 'consumer';
  readonly client: string;
  readonly fault: string;
  readonly traced: boolean;
  readonly url: string;
  readonly queue: string;
  readonly messages: number;

  /** How long publishing has to take at the least, in ms, so that a fault finds both processes at work. */
  readonly publishFor: number;

  /** The file that takes what is delivered. */
  readonly journal: string;
  readonly collectors: Collectors;
}

/** What a process is told. */
export type Order = 'go' | 'strike' | 'finish';

/** What a process tells. */
export type Message =
  | { readonly is: 'ready' }
  | { readonly is: 'published'; readonly accepted: readonly number[] }
  | { readonly is: 'finished'; readonly report: Report };

/** What only a process itself can say. */
export type Report = Pick<Outcome, 'errors' | 'unhandled' | 'openSpans' | 'spans' | 'heapGrowth'>;
