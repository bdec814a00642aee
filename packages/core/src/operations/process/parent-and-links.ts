import { type Link, type Span, type SpanContext, trace } from '@opentelemetry/api';
import { isSameSpan } from '../../ground/span-ids.ts';
import type { ResolvedRule } from '../../policy/resolved-rule.ts';
import type { Attempt } from '../../seam/incoming-message.ts';
import { distinctLinks, linkTo, previousAttemptLink } from '../../spans/links.ts';
import { isRecording } from '../../spans/start-span.ts';
import type { Environment } from '../environment.ts';
import { creationLink, type Decision } from '../span-attributes.ts';

/** The span that the message's is a child of; `undefined` for a root. */
export function parentOf({ relation, input }: Decision, ambient: Span | undefined): Span | undefined {
  if (relation === 'ambient') return ambient;
  if (relation !== 'parent' || input.spanContext === undefined) return undefined;
  return trace.wrapSpanContext(input.spanContext);
}

/**
 * The links of a message's span: to where the message was created, to what was handled before, and to the span that is active.
 *
 * @param previous the attempt at the message before this one.
 * @returns `undefined` where there are none.
 */
export function linksOf(
  env: Environment,
  decision: Decision,
  rule: ResolvedRule,
  previous: Attempt | undefined,
  ambient: Span | undefined,
): Link[] | undefined {
  const { relation, input } = decision;
  const { message, spanContext: created } = input;
  const isParent =
    created !== undefined && (relation === 'parent' || (relation === 'ambient' && isSpan(ambient, created)));
  const links: Link[] = [];
  if (created !== undefined && relation !== 'none' && (!isParent || env.settings.alsoLinkParent)) {
    links.push(creationLink(created, decision, rule));
  }
  if (previous !== undefined) links.push(previousAttemptLink(previous));
  const run = env.schedules.previous(message);
  if (run !== undefined) links.push(linkTo('previous-run', run));
  for (const dependency of env.flows.dependencies(message)) links.push(linkTo('dependency', dependency));
  if (
    relation !== 'ambient' &&
    ambient !== undefined &&
    isRecording(ambient) &&
    !(created !== undefined && isSpan(ambient, created))
  ) {
    links.push(linkTo('ambient', ambient.spanContext()));
  }
  return links.length === 0 ? undefined : distinctLinks(links);
}

function isSpan(span: Span | undefined, spanContext: SpanContext): boolean {
  return span !== undefined && isSameSpan(span.spanContext(), spanContext);
}
