import { createConnection } from 'node:net';
import { setTimeout } from 'node:timers/promises';

/**
 * Where the keeper of an engine that was started here is found. The `@` stands for Linux's abstract sockets: they
 * leave no file behind, and only one process can have one.
 */
export const keeperAddress = '@waybill-engine-keeper';

/**
 * Keeps the engine that was started here running until this process ends.
 *
 * @returns false if no engine was started here
 */
export async function leaseEngine(address: string = keeperAddress): Promise<boolean> {
  for (;;) {
    const answer = await askKeeper(address);
    if (answer !== 'stopping') return answer === 'granted';
    await setTimeout(100);
  }
}

/** The path under which Node.js knows an address. */
export function socketPath(address: string): string {
  return address.replace(/^@/, '\0');
}

function askKeeper(address: string): Promise<'granted' | 'stopping' | 'absent'> {
  return new Promise((resolve) => {
    const lease = createConnection(socketPath(address));
    lease.on('data', () => {
      lease.unref();
      resolve('granted');
    });
    lease.on('error', () => resolve('absent'));
    lease.on('end', () => resolve('stopping'));
  });
}
