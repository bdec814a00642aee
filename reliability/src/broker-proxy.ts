import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

const address = /([^/@:]+):(\d+)$/;

/** A proxy between the clients and a broker, at one address for its lifetime. */
export interface BrokerProxy {
  /** The broker's URL with the address of this proxy. */
  readonly url: string;

  /** Connects to another URL of the broker from now on. */
  moveTo(url: string): void;

  /** Resets every connection. */
  cut(): void;

  close(): void;
}

/** Opens a proxy to a broker. */
export async function openProxy(brokerUrl: string): Promise<BrokerProxy> {
  let target = brokerUrl;
  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true }, (client) => {
    const [, host = '', port] = address.exec(target) ?? [];
    const broker = connect({ host, port: Number(port), noDelay: true });
    join(client, broker);
    join(broker, client);
  });

  function join(from: Socket, to: Socket): void {
    sockets.add(from);
    from.pipe(to);
    from.on('error', () => undefined);
    from.on('close', () => {
      sockets.delete(from);
      reset(to);
    });
  }

  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const cut = (): void => {
    for (const socket of sockets) reset(socket);
  };
  return {
    url: brokerUrl.replace(address, `127.0.0.1:${port}`),
    moveTo(url) {
      target = url;
    },
    cut,
    close() {
      server.close();
      cut();
    },
  };
}

/**
 * Resets a connection. One that is ending is only closed: Node.js 24 does not close what it resets then, and waits for it without end
 * when the process exits.
 */
function reset(socket: Socket): void {
  if (socket.writableEnded) socket.destroy();
  else socket.resetAndDestroy();
}
