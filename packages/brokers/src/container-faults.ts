import type { ContainerRuntimeClient } from 'testcontainers';
import type { BrokerFaults } from './broker.ts';

type Container = ReturnType<ContainerRuntimeClient['container']['getById']>;

/** Faults of a broker that runs in a container. */
export function containerFaults(container: Container, url: string): BrokerFaults {
  return {
    async kill() {
      await container.kill();
    },
    async startAgain() {
      await container.start();
      const { NetworkSettings } = await container.inspect();
      // The engine may publish a container that it starts again on another port.
      const [published] = Object.values(NetworkSettings.Ports).flatMap((bindings) => bindings ?? []);
      return url.replace(/\d+$/, String(published?.HostPort));
    },
    async pause() {
      await container.pause();
    },
    async unpause() {
      await container.unpause();
    },
  };
}
