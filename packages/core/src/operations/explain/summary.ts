import type { RelationReason } from '../../policy/decide-relation.ts';
import type { ResolvedRule } from '../../policy/resolved-rule.ts';
import type { ConsumeExplanation, ExplainOptions } from './explanation.ts';

/** Says in a sentence what happens to a message that is sent. */
export function summarizePublish(
  span: boolean,
  headers: readonly string[],
  baggage: readonly string[],
  { unsampled }: ExplainOptions,
): string {
  const made = span
    ? 'A span is made for the message'
    : `No span is made for the message${unsampled ? ', whose trace is not sampled' : ''}`;
  if (headers.length === 0) return `${made}, and nothing is written into it.`;
  const carried = baggage.length === 0 ? '' : `, with the baggage ${baggage.join(', ')}`;
  return `${made}, and ${span ? 'its' : 'the active'} context is written as ${headers.join(', ')}${carried}.`;
}

/** Says in a sentence what happens to a message that is handled. */
export function summarizeConsume(explained: Omit<ConsumeExplanation, 'summary'>, rule: ResolvedRule): string {
  const { span, trace, link, baggage, reason } = explained;
  const made = span ? 'A span is made' : 'No span is made';
  const linked = link ? ', with a link to where the message was sent' : '';
  const carried = baggage.length === 0 ? 'no baggage' : `the baggage ${baggage.join(', ')}`;
  return `${made}, and the handler runs ${places[trace]}${linked}: ${why(reason, explained, rule)}. It has ${carried}.`;
}

const places: Readonly<Record<ConsumeExplanation['trace'], string>> = {
  message: 'in the trace of the message',
  active: 'in the trace of the active span',
  new: 'in a new trace',
  none: 'outside of any trace',
};

function why(
  reason: RelationReason,
  { age, linkAfter }: Pick<ConsumeExplanation, 'age' | 'linkAfter'>,
  { pattern, propagate }: ResolvedRule,
): string {
  const says: Readonly<Record<RelationReason, string>> = {
    fresh: `its age of ${age} s is within ${linkAfter} s`,
    late: `its age of ${age} s is over ${linkAfter} s`,
    'no-timestamp': 'its age is not known, and counts as fresh',
    rule: propagate
      ? `the rule ${JSON.stringify(pattern)} says so`
      : `the rule ${JSON.stringify(pattern)} has no context cross the queue`,
    sender: 'its sender requests it, and the rule leaves it open',
    invocation: 'a function is invoked with it, and no rule names a relation',
    'no-ambient': 'the rule says ambient, and no span is active',
    retry: 'it was delivered before, and the rule has retries link',
    untrusted: 'its sender is not trusted',
    recurring: 'a schedule made it',
    batch: 'it is a batch',
    repeated: 'it carries several contexts',
    'no-context': 'it carries no context',
    malformed: 'its context cannot be read',
  };
  return says[reason];
}
