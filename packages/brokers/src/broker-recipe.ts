import type { ContainerRuntimeClient, GenericContainer, StartedTestContainer } from 'testcontainers';
import type { StandIn } from './images/stand-in.ts';

/** All that is particular to one broker. */
export interface BrokerRecipe {
  /** The environment variable with the URL of a broker that runs already. */
  readonly urlVariable: string;
  /** The image to build where the public one cannot be pulled; `version` is the public image's tag. */
  standIn(version: string): StandIn;
  /**
   * Configures `container`, starts it and waits until clients can connect.
   *
   * @param durable whether what it has accepted has to outlive a kill
   */
  start(
    container: GenericContainer,
    engine: ContainerRuntimeClient,
    durable: boolean,
  ): Promise<StartedBroker>;
}

/** What a recipe's `start` gives back. */
export interface StartedBroker {
  readonly container: StartedTestContainer;
  readonly url: string;

  /** As a broker's `restart`. */
  restart?(): Promise<void>;
}
