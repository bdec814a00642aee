import { durationText } from '../drawing/duration-text.ts';
import { rangeText } from '../drawing/row-notes.ts';
import type { Row } from '../fold/band.ts';
import type { Hop, MissingReason, Wait } from '../model/journey.ts';
import { details, type Fact, factList, section, spanLink, tableOf, timeText } from './details.ts';
import { waitedFor } from './draw-bars.ts';
import { type Html, html } from './html.ts';
import type { PageContext } from './page-context.ts';
import { reasonText } from './reason-text.ts';

/** How many messages of a row are told of one by one. */
const mostTold = 20;

/** What is known of the waits of a row. */
export function waitDetails(row: Row, context: PageContext): Html | undefined {
  const waits = row.hops.flatMap(({ wait }) => (wait === undefined ? [] : [wait]));
  const [first] = waits;
  if (first === undefined) return undefined;
  const id = `${context.lines.idOf(row)}w`;
  if (waits.length > 1) {
    return details(id, `${waits.length} waits`, rangeText(waits), [
      section(`The first ${Math.min(mostTold, waits.length)} of them`, hopTable(row.hops, context)),
    ]);
  }
  const [hop] = row.hops;
  return details(id, 'wait', `Waited ${durationText(first.end - first.start)}`, [
    factList(partsOf(first)),
    first.estimated && html`<p>The send is missing. Its time is that of the message's age.</p>`,
    hop?.skew !== undefined &&
      html`<p>The message was handled before it was sent: two clocks differ by at least ${durationText(hop.skew)}.</p>`,
    factList([
      [
        hop?.previous === undefined ? 'Sent by' : 'Follows',
        hop && spanLink(hop.previous ?? hop.sender, context.lines),
      ],
      ['From', timeText(first.start, context.window.start)],
      ['Handled by', hop && spanLink(hop.handling, context.lines)],
      ['Until', timeText(first.end, context.window.start)],
    ]),
    hop && messageSection(hop, context),
  ]);
}

/** What is known of how the handlings of a row relate to their senders. */
export function linkDetails(row: Row, context: PageContext): Html | undefined {
  const [hop] = row.hops;
  if (hop === undefined) return undefined;
  const id = `${context.lines.idOf(row)}l`;
  const title = hop.relation === 'parent' ? 'Child of its sender' : 'Links to its sender';
  if (row.hops.length > 1) {
    return details(id, `${row.hops.length} messages`, title, [
      factList(decisionFacts(hop)),
      section(`The first ${Math.min(mostTold, row.hops.length)} of them`, hopTable(row.hops, context)),
    ]);
  }
  return details(id, hop.relation === 'parent' ? 'parent' : 'link', title, [
    factList(decisionFacts(hop)),
    factList([
      ['Sent by', spanLink(hop.sender, context.lines)],
      ['Which is', hop.missing && missing[hop.missing]],
      ['Follows', hop.previous && spanLink(hop.previous, context.lines)],
      ['Handled by', spanLink(hop.handling, context.lines)],
    ]),
    messageSection(hop, context),
    section(
      'Find its sender',
      context.queries.trace(hop.sender.traceId),
      context.queries.linking(hop.sender.traceId),
    ),
  ]);
}

const missing: Readonly<Record<MissingReason, string>> = {
  unsampled: 'not sampled: the link tells that its trace was not kept',
  untrusted: 'of a sender that is not trusted, and so in a backend of somebody else',
  'not-found': 'not among the spans: dropped, not exported yet, or not searched',
};

function partsOf({ parts }: Wait): Fact[] {
  return parts.map(({ what, duration }) => [
    html`<i class="swatch wait ${what}"></i>${waitedFor[what]}`,
    durationText(duration),
  ]);
}

function decisionFacts({ decision }: Hop): Fact[] {
  const explained = reasonText(decision);
  return [
    ['Relation', decision.relation],
    [
      'Reason',
      decision.reason &&
        html`${decision.reason}${explained !== undefined && html`<span class="why">${explained}</span>`}`,
    ],
    ['Rule', decision.rule === undefined ? undefined : html`<code>${decision.rule}</code>`],
    ['Age', decision.age === undefined ? undefined : durationText(decision.age)],
  ];
}

function messageSection(hop: Hop, { queries, lines }: PageContext): Html | undefined {
  const { messageId, destination, attempt, kind } = hop;
  return section(
    'Message',
    factList([
      ['Destination', destination],
      ['Id', messageId === undefined ? undefined : html`<code>${messageId}</code>`],
      ['Attempt', attempt],
      ['Kind', kind === 'message' ? undefined : kind],
    ]),
    messageId !== undefined && queries.message(messageId, lines.spanOf(hop.handling)?.service),
  );
}

function hopTable(hops: readonly Hop[], { lines }: PageContext): Html {
  return tableOf(
    ['Waited', 'Sent by', 'Message'],
    hops
      .slice(0, mostTold)
      .map(({ wait, sender, messageId }) => [
        wait === undefined ? 'not known' : durationText(wait.end - wait.start),
        spanLink(sender, lines),
        messageId,
      ]),
  );
}
