import type { Hop } from '../model/journey.ts';

/** Why a handling relates to its sender as it does, in a sentence; `undefined` for reasons that nothing is known of. */
export function reasonText({ reason }: Hop['decision']): string | undefined {
  return reason !== undefined && Object.hasOwn(reasons, reason) ? reasons[reason] : undefined;
}

/** The values of `waybill.relation.reason`. */
const reasons: Readonly<Record<string, string>> = {
  fresh: 'The message was not older than its rule allows for a child.',
  late: 'The message was older than its rule allows for a child, so a new trace began, with a link back.',
  'no-timestamp': 'Nothing told how old the message was, so it counted as fresh.',
  rule: 'The rule says so, whatever the age.',
  sender: 'The sender asked for it, and the rule leaves it open.',
  invocation: 'A function was invoked with the message, and no rule names a relation.',
  'no-ambient': 'The rule wants a child of the active span, and none was active.',
  retry: 'The message was delivered before, and its rule has retries link.',
  untrusted: 'The sender is not trusted, so its trace is only linked to.',
  recurring: 'A schedule made the message. A run is never a child of what set the schedule up.',
  batch: 'A batch has many senders, so it is a new trace that links to each of them.',
  repeated: 'The message carried several contexts.',
  'no-context': 'The message carried no context.',
  malformed: 'The context of the message could not be read.',
};
