import { safely } from '../diag.ts';

/** Sentry, initialised. */
interface RunningSentry {
  readonly version: string;
  readonly client: SentryClient;
}

interface SentryClient {
  getIntegrationByName?(name: string): unknown;
}

/** What all copies of a version of Sentry share. */
interface SentryCarrier {
  readonly defaultCurrentScope?: { getClient?(): SentryClient | undefined };
}

/** The Sentry of this process; `undefined` where it is not loaded or has not been initialised. */
export function runningSentry(): RunningSentry | undefined {
  const { __SENTRY__: carriers } = globalThis as { __SENTRY__?: Readonly<Record<string, unknown>> };
  const version = carriers?.version;
  if (typeof version !== 'string') return undefined;
  const client = (carriers?.[version] as SentryCarrier | undefined)?.defaultCurrentScope?.getClient?.();
  return client === undefined ? undefined : { version, client };
}

/** Whether a Sentry rewrites the code of clients, which no adapter can bypass, and takes no OpenTelemetry by itself: 11 and later. */
export function rewritesClients({ version }: RunningSentry): boolean {
  return Number.parseInt(version, 10) >= 11;
}

/**
 * What is wrong if Sentry traces a client, too, and how to mend it.
 *
 * @param name the adapter that traces it.
 * @param integration the name of Sentry's integration of the client.
 */
export function doubledBySentry(name: string, integration: string): string | undefined {
  return safely('Looking for Sentry', () => {
    const sentry = runningSentry();
    if (sentry === undefined || !rewritesClients(sentry)) return undefined;
    if (sentry.client.getIntegrationByName?.(integration) === undefined) return undefined;
    return `Sentry ${sentry.version} traces the same client as ${name} and cannot be bypassed: spans are doubled, and Sentry replaces the baggage of messages. Leave its integration out: Sentry.init({ integrations: (defaults) => defaults.filter(({ name }) => name !== '${integration}'), … }).`;
  });
}
