import type { StartedTestContainer } from 'testcontainers';
import { startSlowProxy } from './slow-proxy.ts';

/**
 * Where clients reach a port of a broker's container, as `host:port`. With `WAYBILL_BROKER_DELAY=30` that is a proxy which
 * holds back each chunk for up to 30 ms at random.
 */
export async function clientAddress(container: StartedTestContainer, port: number): Promise<string> {
  const address = { host: container.getHost(), port: container.getMappedPort(port) };
  const longest = Number(process.env.WAYBILL_BROKER_DELAY ?? 0);
  const reached = longest > 0 ? await startSlowProxy(address, () => Math.random() * longest) : address;
  return `${reached.host}:${reached.port}`;
}
