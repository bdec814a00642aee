import { reporter, reportFailure, safely } from '../diag.ts';

/**
 * Has providers of an SDK export what they hold, where they can. What fails or takes too long is reported.
 *
 * @param timeout in ms.
 */
export async function flushProviders(providers: readonly unknown[], timeout: number): Promise<void> {
  const flushes: Promise<void>[] = [];
  for (const provider of providers) {
    const sdk = safely('Looking for a provider', () => delegateOf(provider));
    if (typeof sdk?.forceFlush === 'function') flushes.push(flush(sdk));
  }
  if (flushes.length === 0) return;
  await new Promise<void>((resolve) => {
    const timer = setTimeout(() => {
      reporter.reportOnce(
        'WAYBILL_FLUSH_TIMEOUT',
        `Exporting took longer than ${timeout} ms; what is left is exported later`,
      );
      resolve();
    }, timeout);
    Promise.all(flushes).then(() => {
      clearTimeout(timer);
      resolve();
    });
  });
}

async function flush(sdk: Provider): Promise<void> {
  try {
    await sdk.forceFlush?.();
  } catch (error) {
    reportFailure('Exporting spans and metrics', error);
  }
}

interface Provider {
  getDelegate?(): Provider;
  forceFlush?(): Promise<void>;
}

/** The provider that the API's own stands for. */
function delegateOf(provider: unknown): Provider {
  const { getDelegate } = provider as Provider;
  return typeof getDelegate === 'function' ? getDelegate.call(provider) : (provider as Provider);
}
