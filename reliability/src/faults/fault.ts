import type { SpanProcessor } from '@opentelemetry/sdk-trace';
import type { Broker } from '@waybill/brokers';

/** Something that goes wrong while messages go through. */
export interface Fault {
  /** Its name in tables and on the command line: `broker killed`. */
  readonly name: string;

  /** What is done, in a sentence for the page. */
  readonly about: string;

  /** When it strikes: shares of the messages that were delivered. Absent if it lasts for the whole run. */
  readonly strikes?: readonly number[];

  /** How it strikes from outside. */
  strike?(run: StruckRun): Promise<void>;

  /** How it strikes inside both processes. */
  strikeInside?(telemetry: { shutdown(): unknown } | undefined): void;

  /** What exports the spans. Without one they are dropped. */
  exporting?(collectors: Collectors): SpanProcessor;

  /** What happens to a few of the messages: bare by the application's code, traced by middleware, if possible. */
  readonly odd?: OddMessages;
}

/** What happens to odd messages: the broker refuses them, or the code around the call throws or leaves the call out. */
export type OddMessages = 'publish-refused' | `${'publish' | 'consume'}-${'throws' | 'skipped'}`;

/** A run that a fault can strike. */
export interface StruckRun {
  readonly faults: NonNullable<Broker['faults']>;

  /** Cuts every connection to the broker. */
  cut(): void;

  /** Makes connections to another URL of the broker from now on. */
  moveTo(url: string): void;

  /** Kills the consumer's process and starts another one. */
  killConsumer(): Promise<void>;
}

/** Collectors on the loopback interface, by what they do. */
export interface Collectors {
  /** Answers everything with 500. */
  readonly failing: string;

  /** Does not listen. */
  readonly down: string;
}

/** How many messages of a run are odd. */
export const oddMessages = 20;

/** Whether a message is one of the odd ones. */
export function isOdd(message: number, messages: number): boolean {
  return message % Math.max(1, Math.floor(messages / oddMessages)) === 0;
}
