import { globSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Client } from './client.ts';

const folder = join(import.meta.dirname, 'clients');

/** The names of the clients that take part: each is a file in `clients/`. */
export const clientNames: readonly string[] = globSync('*.ts', { cwd: folder })
  .map((file) => basename(file, '.ts'))
  .toSorted();

/** Loads one client, and no other one's library. */
export async function loadClient(name: string): Promise<Client> {
  if (!clientNames.includes(name))
    throw new Error(`no client is called ${name}; there are ${clientNames.join(', ')}`);
  const { client }: { client: Client } = await import(join(folder, `${name}.ts`));
  return client;
}
