import type { StartedTestContainer } from 'testcontainers';
import { startSlowProxy } from './slow-proxy.ts';

const addresses = new Map<string, Promise<string>>();

/**
 * Where clients reach a port of a broker's container, as `host:port`. With `WAYBILL_BROKER_DELAY=30` that is a proxy which
 * holds back each chunk for up to 30 ms at random, the same one each time.
 */
export function clientAddress(container: StartedTestContainer, port: number): Promise<string> {
  const known = addresses.get(container.getId()) ?? openAddress(container, port);
  addresses.set(container.getId(), known);
  return known;
}

async function openAddress(container: StartedTestContainer, port: number): Promise<string> {
  const direct = { host: container.getHost(), port: container.getMappedPort(port) };
  const longest = Number(process.env.WAYBILL_BROKER_DELAY ?? 0);
  const address = longest > 0 ? await startSlowProxy(direct, () => Math.random() * longest) : direct;
  return `${address.host}:${address.port}`;
}
