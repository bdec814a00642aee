import { createRequire } from 'node:module';
import { join } from 'node:path';
import { diag } from '@opentelemetry/api';
import { ClientTracing } from './client-tracing.ts';
import { clients } from './clients.ts';
import { resolves } from './load-package.ts';
import type { ModuleExports } from './replace-exports.ts';

/** What is used of the `jest` that a test's modules have. */
export interface Jest {
  mock(path: string, factory: () => unknown): unknown;
  requireActual(path: string): unknown;
}

/**
 * Replaces the clients' factories for a test file. Jest loads modules by itself, where no hook sees them, but lets a set-up file say
 * what is loaded. A client that the tests do not load is not loaded.
 */
export function replaceInJest(jest: Jest): void {
  const logger = diag.createComponentLogger({ namespace: '@waybill/auto' });
  const tracing = new ClientTracing((text, ...detail) => logger.warn(text, ...detail));
  const nearTests = createRequire(join(process.cwd(), 'tests.js'));
  for (const client of clients) {
    if (!resolves(nearTests, client.specifier)) continue;
    const path = nearTests.resolve(client.specifier);
    jest.mock(path, () => tracing.replace(client, jest.requireActual(path) as ModuleExports));
  }
}
