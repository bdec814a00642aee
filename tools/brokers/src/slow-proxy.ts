import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** Where something listens. */
export interface Address {
  readonly host: string;
  readonly port: number;
}

/**
 * Starts a TCP proxy that holds back what goes through it: each chunk of each direction waits, and none overtakes another.
 * It ends with the process, which it does not keep alive.
 *
 * @param delay how long a chunk is held back, in ms; asked for each chunk
 */
export async function startSlowProxy(target: Address, delay: () => number): Promise<Address> {
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => {
    const broker = connect({ ...target, allowHalfOpen: true, noDelay: true });
    passOn(client, broker, delay);
    passOn(broker, client, delay);
  });
  const host = '127.0.0.1';
  server.listen(0, host);
  await once(server, 'listening');
  server.unref();
  const { port } = server.address() as AddressInfo;
  return { host, port };
}

function passOn(from: Socket, to: Socket, delay: () => number): void {
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = (step: () => void): void => {
    const due = new Promise((resolve) => setTimeout(resolve, delay()));
    last = Promise.all([last, due]).then(step);
  };
  from.on('data', (chunk) => inTurn(() => void to.write(chunk)));
  from.on('end', () => inTurn(() => void to.end()));
  from.on('error', () => inTurn(() => void to.destroy()));
}
