import { durationText } from '../drawing/duration-text.ts';
import { decisionText, errorText, missingTexts, skewText, waitText } from '../drawing/row-notes.ts';
import { extentOf, tableOf } from './details.ts';
import { type Html, html } from './html.ts';
import type { PageContext } from './page-context.ts';

/** The rows of the chart as a table, for those who read it or want to copy it. */
export function drawTable({ lines, window }: PageContext): Html {
  const rows = lines.all.flatMap(({ band, row, service }) => {
    if (row === undefined) return [];
    const { start, end } = extentOf(row);
    const [traceId, ...others] = band.traceIds;
    const problems = [errorText(row), skewText(row.hops), ...missingTexts(row)];
    return [
      [
        html`<code>${traceId}</code>${others.length > 0 && ` and ${others.length} more`}`,
        service,
        `${row.name}${row.spans.length > 1 ? ` ×${row.spans.length}` : ''}`,
        durationText(Math.max(0, start - window.start)),
        waitText(row.hops),
        durationText(end - start),
        decisionText(row),
        problems.filter((text) => text !== undefined).join(', '),
      ],
    ];
  });
  return html`
    <details class="table">
      <summary>The same as a table</summary>
      <div class="scrolls" tabindex="0" role="region" aria-label="The journey as a table">${tableOf(columns, rows, 'Span')}</div>
    </details>`;
}

const columns = ['Trace', 'Service', 'Span', 'Began after', 'Waited', 'Worked', 'Relation', 'Problems'];
