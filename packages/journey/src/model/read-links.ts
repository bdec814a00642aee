import type { JourneyLink, JourneySpan } from '../spans/journey-span.ts';
import { read, textOf } from '../telemetry-names.ts';
import type { LinkRole, MissingReason } from './journey.ts';
import { decisionOf, isSender, messageFactsOf, messageRoleOf } from './message-facts.ts';
import type { SpanIndex } from './span-index.ts';

const told: readonly (LinkRole | 'creation')[] = [
  'creation',
  'ambient',
  'previous-attempt',
  'previous-run',
  'dependent',
  'dependency',
  'processing',
];

/**
 * What a link leads to: as it tells by `waybill.link.to`, or, of links of others and of backends that lose the attributes of links, by the
 * two spans.
 */
export function roleOfLink(span: JourneySpan, link: JourneyLink, index: SpanIndex): LinkRole | 'creation' {
  const label = textOf(link.attributes, read.linkTo);
  const known = told.find((role) => role === label);
  if (known !== undefined) return known;
  const role = messageRoleOf(span);
  const target = index.find(link);
  if (role === 'settle') return 'processing';
  if (role !== 'handle' && role !== 'receive') return 'other';
  if (target === undefined || isSender(target)) return 'creation';
  if (messageRoleOf(target) === 'handle') return roleOfEarlierHandling(span, target);
  if (messageRoleOf(target) !== undefined) return 'ambient';
  return target.service === span.service ? 'other' : 'creation';
}

function roleOfEarlierHandling(span: JourneySpan, target: JourneySpan): LinkRole {
  const here = messageFactsOf(span);
  const there = messageFactsOf(target);
  if (here.destination !== there.destination) return 'dependency';
  if (decisionOf(span).reason === 'recurring') return 'previous-run';
  return here.messageId === there.messageId ? 'previous-attempt' : 'other';
}

/** What else a handling links to, beside the senders of its messages. */
export interface RelatedHandlings {
  /** The delivery before, which may be missing; `undefined` without such a link. */
  readonly previousAttempt: RelatedHandling | undefined;

  /** The run before, of the same schedule. */
  readonly previousRun: RelatedHandling | undefined;

  /** When the last of those ended that the message waited for, in ms since the epoch; `undefined` where it waited for none. */
  readonly dependenciesEnd: number | undefined;
}

interface RelatedHandling {
  /** `undefined` where it is missing. */
  readonly span: JourneySpan | undefined;
}

/** Reads each span's links once, however many messages it handles. */
export class RelatedHandlingsReader {
  readonly #index: SpanIndex;
  readonly #known = new Map<JourneySpan, RelatedHandlings>();

  constructor(index: SpanIndex) {
    this.#index = index;
  }

  of(span: JourneySpan): RelatedHandlings {
    const known = this.#known.get(span) ?? this.#read(span);
    this.#known.set(span, known);
    return known;
  }

  #read(span: JourneySpan): RelatedHandlings {
    let previousAttempt: RelatedHandling | undefined;
    let previousRun: RelatedHandling | undefined;
    let dependenciesEnd: number | undefined;
    for (const link of span.links) {
      const role = roleOfLink(span, link, this.#index);
      const target = this.#index.find(link);
      if (role === 'previous-attempt') previousAttempt ??= { span: target };
      else if (role === 'previous-run') previousRun ??= { span: target };
      else if (role === 'dependency' && target !== undefined) {
        dependenciesEnd = Math.max(dependenciesEnd ?? target.end, target.end);
      }
    }
    return { previousAttempt, previousRun, dependenciesEnd };
  }
}

/** Why the span that a link leads to is not there. */
export function missingReasonOf(span: JourneySpan, link: JourneyLink | undefined): MissingReason {
  if (decisionOf(span).reason === 'untrusted') return 'untrusted';
  return link?.sampled === false ? 'unsampled' : 'not-found';
}
