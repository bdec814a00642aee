import type { Fault } from './fault.ts';
import { describe, isSame } from './observed.ts';
import type { Setup } from './setups.ts';
import { faultOfHeader } from './w3c-grammar.ts';

type Headers = ReadonlyMap<string, unknown>;

/** What is wrong with the headers that a client was given to send, other than those of the caller. */
export function faultsOfSent(written: Headers, given: Headers, setup: Setup, isForwarded: boolean): Fault[] {
  const faults: Fault[] = [];
  for (const name of ['traceparent', 'tracestate', 'baggage', 'waybill']) {
    const value = written.get(name);
    if (value === undefined || isSame(value, given.get(name))) continue;
    const fault = faultOfHeader(name, value);
    if (fault !== undefined) faults.push({ kind: 'invalid header', text: `${fault}: ${describe(value)}` });
  }
  const baggage = written.get('baggage');
  if (isForwarded && !setup.trusted && setup.w3c && setup.recorder !== undefined && !isAccepted(baggage)) {
    faults.push({ kind: 'baggage leaked', text: `of an untrusted sender: ${describe(baggage)}` });
  }
  return faults;
}

/** Whether baggage has only keys that the policy accepts from untrusted senders. Unreadable baggage does not count. */
function isAccepted(baggage: unknown): boolean {
  try {
    const items: readonly unknown[] = Array.isArray(baggage) ? baggage : [baggage];
    return items.every((item) => {
      const text = item instanceof Uint8Array ? Buffer.from(item).toString() : item;
      return typeof text !== 'string' || text.split(',').every(isAcceptedMember);
    });
  } catch {
    return true;
  }
}

function isAcceptedMember(member: string): boolean {
  return member.trim() === '' || member.trimStart().startsWith('tenant.');
}
