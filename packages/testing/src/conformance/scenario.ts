import type { TestBed } from './test-bed.ts';

/** One thing that every adapter has to do. */
export interface Scenario {
  /** What it is, as tables say it. */
  readonly name: string;

  /** Plays it. Throws when the adapter does something else. */
  play(testBed: TestBed): Promise<void>;
}
