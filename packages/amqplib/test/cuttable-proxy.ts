import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A TCP proxy in front of a broker, whose connections a test can cut. */
export interface CuttableProxy {
  /** Where clients connect. */
  readonly url: string;

  /** How many connections there have been. */
  readonly connections: number;

  /** Cuts all connections, and refuses others until {@link mend}. */
  cut(): void;

  /** Lets clients connect again. */
  mend(): void;

  close(): Promise<void>;
}

/**
 * Starts a proxy.
 *
 * @param brokerUrl of AMQP
 */
export async function startCuttableProxy(brokerUrl: string): Promise<CuttableProxy> {
  const { hostname, port } = new URL(brokerUrl);
  const sockets = new Set<Socket>();
  let isCut = false;
  let connections = 0;
  const server = createServer({ noDelay: true }, (client) => {
    if (isCut) {
      client.destroy();
      return;
    }
    connections += 1;
    const broker = connect({ host: hostname, port: Number(port), noDelay: true });
    for (const [from, to] of [
      [client, broker],
      [broker, client],
    ] as const) {
      sockets.add(from);
      from.pipe(to);
      from.on('error', () => to.destroy());
      from.on('close', () => {
        sockets.delete(from);
        to.destroy();
      });
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = new URL(brokerUrl);
  url.hostname = '127.0.0.1';
  url.port = String((server.address() as AddressInfo).port);
  const destroyAll = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    url: url.href,
    get connections() {
      return connections;
    },
    cut() {
      isCut = true;
      destroyAll();
    },
    mend() {
      isCut = false;
    },
    async close() {
      destroyAll();
      server.close();
      await once(server, 'close');
    },
  };
}
