import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Collectors } from './faults/fault.ts';

/** Starts the collectors that faults need. */
export async function startCollectors(): Promise<Collectors & { stop(): void }> {
  const failing = createServer((request, response) => {
    request.resume();
    request.on('end', () => response.writeHead(500).end());
  });
  const passing = createServer();
  const [failingPort, freePort] = await Promise.all([instrumenterOf(failing), instrumenterOf(passing)]);
  passing.close();
  return {
    failing: `http://127.0.0.1:${failingPort}/v1/traces`,
    down: `http://127.0.0.1:${freePort}/v1/traces`,
    stop() {
      failing.close();
      failing.closeAllConnections();
    },
  };
}

async function instrumenterOf(server: ReturnType<typeof createServer>): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}
