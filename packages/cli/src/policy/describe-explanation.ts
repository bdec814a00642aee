import type { PolicyExplanation } from '@waybill/core';

/**
 * Tells an explanation to a person.
 *
 * @param placeOf where something of the policy stands in the file.
 */
export function describeExplanation(
  explanation: PolicyExplanation,
  placeOf: (path: readonly string[]) => string,
): string {
  const { system, queue, enabled, rule, others, destination, publish, consume } = explanation;
  const name = system === undefined ? queue : `${system}:${queue}`;
  if (!enabled) return `${name}: Waybill is switched off, by enabled: false or by WAYBILL_DISABLED.`;
  const placed = (pattern: string): string =>
    pattern === '(default)' ? 'the top of the policy' : `${pattern} (${placeOf(['queues', pattern])})`;
  const rows: [string, string][] = [
    ['queue', destination === queue ? name : `${name}, which spans call ${destination}`],
    ['rule', placed(rule)],
    ...others.map((other): [string, string] => ['not', `${placed(other.rule)}: ${other.because}`]),
    ['sent', publish.summary],
    ['handled', consume.summary],
    ['relation', `${consume.relation} (${consume.reason})`],
    ['journey', consume.journey ? 'goes on' : 'begins anew'],
  ];
  return rows.map(([title, text]) => `${title.padEnd(9)} ${text}`).join('\n');
}
