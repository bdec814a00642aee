import { reporter, reportFailure } from '../diag.ts';

/**
 * Has providers of an SDK export what they hold, where they can. What fails or takes too long is reported.
 *
 * @param timeout in ms.
 */
export async function flushProviders(providers: readonly unknown[], timeout: number): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(() => {
      reporter.reportOnce(
        'WAYBILL_FLUSH_TIMEOUT',
        `Exporting took longer than ${timeout} ms; what is left is exported later`,
      );
      resolve();
    }, timeout);
  });
  const flushes = Promise.all(
    providers.map(async (provider) => {
      try {
        await delegateOf(provider).forceFlush?.();
      } catch (error) {
        reportFailure('Exporting spans and metrics', error);
      }
    }),
  );
  await Promise.race([flushes, late]);
  clearTimeout(timer);
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
