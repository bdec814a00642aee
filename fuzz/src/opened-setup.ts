import type { FuzzedAdapter, Path } from './adapter.ts';
import { type Setup, type SetupName, setUp, setupNames } from './setups.ts';

/** One way to set Waybill up, with the clients of an adapter that are traced by it. */
export interface OpenedSetup {
  readonly setup: Setup;
  readonly paths: readonly [string, Path][];

  /** How many messages were delivered. */
  consumed: number;

  /** How many messages the client was given to send. */
  sent: number;
}

/** Opens an adapter in every setup. */
export function openSetups(adapter: FuzzedAdapter): ReadonlyMap<SetupName, OpenedSetup> {
  return new Map(
    setupNames.map((name) => {
      const setup = setUp(name);
      const paths = Object.entries(adapter.open(setup.waybill));
      return [name, { setup, paths, consumed: 0, sent: 0 }] as const;
    }),
  );
}

/** The counts of messages, and the metrics that count them. */
const countedMessages = [
  ['consumed', 'messaging.client.consumed.messages'],
  ['sent', 'messaging.client.sent.messages'],
] as const;

/** The differences between the counters and what was delivered and sent. Each is returned once. */
export async function miscounts(
  opened: OpenedSetup,
  { countsSent = true }: FuzzedAdapter,
): Promise<string[]> {
  const { recorder } = opened.setup;
  if (recorder === undefined) return [];
  const said: string[] = [];
  for (const [what, metric] of countedMessages) {
    if (what === 'sent' && !countsSent) continue;
    const counted = await recorder.sum(metric);
    if (counted === opened[what]) continue;
    said.push(`${counted} messages were counted as ${what}, ${opened[what]} were`);
    opened[what] = counted;
  }
  return said;
}
