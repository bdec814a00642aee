import type { Outcome } from '../comparison/outcome.ts';
import type { Collectors } from '../faults/fault.ts';

/** The task of a process of a run. */
export interface Task {
  readonly role: 'producer' | 'consumer';
  readonly client: string;
  readonly fault: string;
  readonly traced: boolean;
  readonly url: string;
  readonly queue: string;
  readonly messages: number;

  /** How long publishing has to take at least, in ms, so a fault finds both processes at work. */
  readonly publishFor: number;

  /** The file for the numbers of delivered messages. */
  readonly journal: string;
  readonly collectors: Collectors;
}

/** A message to a process. */
export type Order = 'go' | 'strike' | 'finish';

/** A message from a process. */
export type Message =
  | { readonly is: 'ready' }
  | { readonly is: 'published'; readonly accepted: readonly number[] }
  | { readonly is: 'finished'; readonly report: Report };

/** What only the process itself knows. */
export type Report = Pick<Outcome, 'errors' | 'unhandled' | 'openSpans' | 'spans' | 'heapGrowth'>;
