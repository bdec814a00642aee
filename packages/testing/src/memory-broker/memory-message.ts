/** One value of a header: text, or bytes. */
export type MemoryHeaderItem = string | Uint8Array;

/** What stands under the name of a header. A name that is repeated has several values. */
export type MemoryHeaderValue = MemoryHeaderItem | readonly MemoryHeaderItem[];

/** Headers by name. */
export type MemoryHeaders = Readonly<Record<string, MemoryHeaderValue>>;

/** What is published. */
export interface MemoryMessage {
  readonly headers?: MemoryHeaders | undefined;

  /** Anything that `structuredClone` copies. */
  readonly body: unknown;
}

/** One message of a batch, which may go to queues of its own. */
export interface MemoryBatchEntry extends MemoryMessage {
  readonly queue: string;
}

/** What a consumer gets: a copy for each delivery. */
export interface DeliveredMessage {
  readonly queue: string;

  /** The same in every delivery of the message. */
  readonly id: string;

  readonly headers: MemoryHeaders;
  readonly body: unknown;

  /** In ms since the epoch; `undefined` where the broker does not tell. */
  readonly publishedAt: number | undefined;

  /** Which delivery of the message this is, from 1. */
  readonly attempt: number;

  /** Names this delivery when it is settled. */
  readonly receipt: string;
}
