import type { BrokerFaults } from './broker-faults.ts';

/** A broker that is running and ready for clients. */
export interface Broker {
  /**
   * Where clients connect, as they take it: `http://localhost:32768` for SQS, `localhost:32769` for Kafka
   * (a bootstrap list, `host:port` separated by commas, when it comes from `WAYBILL_KAFKA_URL`).
   */
  readonly url: string;

  /**
   * Stops the broker and starts it again, at the same address and with what it keeps on disk. Absent where the recipe
   * has none, and where the broker came from the environment.
   */
  restart?(): Promise<void>;

  /** What can be done to it. Absent where the broker came from the environment. */
  readonly faults?: BrokerFaults;

  /** Stops and removes the broker if this process started it; does nothing if it came from the environment. */
  stop(): Promise<void>;
}
