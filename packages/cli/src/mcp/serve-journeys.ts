import { once } from 'node:events';
import { serveStdio } from '@modelcontextprotocol/server/stdio';
import manifest from '../../package.json' with { type: 'json' };
import { createJourneyServer } from './journey-server.ts';
import type { ToolSource } from './journey-tools.ts';

/** Serves the tools on standard input and output, until the input ends. */
export async function serveJourneys(source: ToolSource): Promise<void> {
  const ended = once(process.stdin, 'end');
  const handle = serveStdio(() => createJourneyServer(source, manifest.version), {
    onerror: ({ message }) => process.stderr.write(`${message}\n`),
  });
  await ended;
  await handle.close();
}
