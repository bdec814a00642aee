import type { ContainerRuntimeClient } from 'testcontainers';

type Container = ReturnType<ContainerRuntimeClient['container']['getById']>;

/** What is done to a broker to see what its clients make of it. */
export interface BrokerFaults {
  /** Kills the broker, as `kill -9` does. */
  kill(): Promise<void>;

  /** Starts a killed broker again, with what it keeps on disk. Gives the URL, which may be another; clients may have to wait. */
  startAgain(): Promise<string>;

  /** Freezes the broker: connections stay, nothing answers. */
  pause(): Promise<void>;

  /** Lets a paused broker go on. */
  unpause(): Promise<void>;
}

/**
 * Faults of a broker that runs in a container.
 *
 * @param url where clients connect now
 * @param port the container's port that it leads to
 */
export function containerFaults(container: Container, url: string, port: number): BrokerFaults {
  return {
    kill: () => container.kill(),
    async startAgain() {
      await container.start();
      const { NetworkSettings } = await container.inspect();
      // Docker may publish a container that it starts again on another port.
      return url.replace(/\d+$/, `${NetworkSettings.Ports[`${port}/tcp`]?.[0]?.HostPort}`);
    },
    pause: () => container.pause(),
    unpause: () => container.unpause(),
  };
}
