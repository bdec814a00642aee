import type { Waybill } from '@waybill/core';
import type { Trial } from './trial.ts';

/** Takes one case through a reader or a writer of an adapter. */
export type Path = (trial: Trial) => Promise<void>;

/** An adapter, and every way through it, around clients without a network. */
export interface FuzzedAdapter {
  readonly name: string;

  /**
   * Whether every message given to its client counts as sent. Messages that amqplib refuses do not count, and a hand-off
   * sends nothing. Default `true`.
   */
  readonly countsSent?: boolean;

  /** Traces clients of its own and gives the paths through them. Their names are the same each time. */
  open(waybill: Waybill): Readonly<Record<string, Path>>;
}
