import { durationText } from '../drawing/duration-text.ts';
import { errorText, missingTexts, skewText } from '../drawing/row-notes.ts';
import type { Row } from '../fold/band.ts';
import type { Connection } from '../model/journey.ts';
import { messageFactsOf } from '../model/message-facts.ts';
import { type JourneySpan, keyOf } from '../spans/journey-span.ts';
import { details, type Fact, factList, section, serviceOf, spanLink, tableOf, timeText } from './details.ts';
import { type Html, html } from './html.ts';
import type { PageContext } from './page-context.ts';

/** How many spans of a row of many are named. */
const mostNamed = 20;

/** What is known of the span of a row, and of its message; of a row of many, what they are. */
export function rowDetails(row: Row, context: PageContext): Html {
  const { lines } = context;
  const [first] = row.spans;
  if (first === undefined) return html``;
  const id = lines.idOf(row);
  const problems = [errorText(row), skewText(row.hops), ...missingTexts(row)].filter(
    (text) => text !== undefined,
  );
  const warnings =
    problems.length > 0 && html`<ul class="problems">${problems.map((text) => html`<li>${text}</li>`)}</ul>`;
  if (row.spans.length > 1) {
    return details(id, `${row.spans.length} spans`, row.name, [
      warnings,
      factList([['Service', serviceOf(first)]]),
      section(`The first ${Math.min(mostNamed, row.spans.length)} of them`, spanTable(row.spans, context)),
    ]);
  }
  const { messageId } = messageFactsOf(first);
  return details(id, first.kind.toLowerCase(), row.name, [
    warnings,
    factList(factsOf(first, context)),
    section('Links', linksOf(first, context)),
    section('Attributes', attributesOf(first, context)),
    section(
      'Find it',
      context.queries.trace(first.traceId),
      context.queries.linking(first.traceId),
      messageId !== undefined && context.queries.message(messageId, first.service),
    ),
  ]);
}

function factsOf(span: JourneySpan, { window }: PageContext): Fact[] {
  return [
    ['Service', serviceOf(span)],
    ['Host', span.host],
    ['Worked', durationText(span.end - span.start)],
    ['Began', timeText(span.start, window.start)],
    ['Status', span.status === 'UNSET' ? undefined : span.status],
    ['Error', span.statusMessage],
    ['Tracer', span.scope],
    ['Trace', html`<code>${span.traceId}</code>`],
    ['Span', html`<code>${span.spanId}</code>`],
  ];
}

function spanTable(spans: readonly JourneySpan[], { window }: PageContext): Html {
  return tableOf(
    ['Began after', 'Worked', 'Trace'],
    spans
      .slice(0, mostNamed)
      .map(({ start, end, traceId }) => [
        durationText(Math.max(0, start - window.start)),
        durationText(end - start),
        html`<code>${traceId}</code>`,
      ]),
  );
}

/** What it links to beside the sender of its message. */
function linksOf(span: JourneySpan, { connections, lines }: PageContext): Html | undefined {
  const own = connections.get(keyOf(span));
  return (
    own &&
    factList(own.slice(0, mostNamed).map(({ role, to }): Fact => [linkNames[role], spanLink(to, lines)]))
  );
}

const linkNames: Readonly<Record<Connection['role'], string>> = {
  ambient: 'active around it',
  'previous-attempt': 'the attempt before',
  'previous-run': 'the run before',
  dependent: 'waits for it',
  dependency: 'waited for',
  processing: 'handled by',
  other: 'another span',
};

function attributesOf({ attributes }: JourneySpan, context: PageContext): Html | undefined {
  const entries = Object.entries(attributes).slice(0, 128);
  const shown = entries.flatMap(([name, value]): Fact[] => {
    const text = (typeof value === 'object' ? JSON.stringify(value) : String(value)).slice(0, 1_024);
    return context.takesText(name.length + text.length) ? [[name, text]] : [];
  });
  return factList(shown);
}
