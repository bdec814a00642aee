/** A client on a real broker, bare or traced. */
export interface Lane {
  /** Sends a message and is done when its handler is. */
  readonly trip: () => Promise<void>;

  /** Begins to ask for messages, or stops: who does not measure does not poll. */
  wake(): unknown;
  rest(): unknown;

  close(): Promise<void>;
}

/** How a lane is opened; with `traced`, by Waybill. */
export type OpenLane = (url: string, traced: boolean) => Promise<Lane>;
