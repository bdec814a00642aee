import { durationText } from '../drawing/duration-text.ts';
import { decisionText, errorText, missingTexts, skewText, waitText } from '../drawing/row-notes.ts';
import { extentOf } from './details.ts';
import { type Html, html } from './html.ts';
import type { PageContext } from './page-context.ts';

/** The rows of the chart as a table, for those who read it or want to copy it. */
export function drawTable({ lines, window }: PageContext): Html {
  const rows = lines.all.flatMap(({ band, row, service }) => {
    if (row === undefined) return [];
    const { start, end } = extentOf(row);
    const problems = [errorText(row), skewText(row.hops), ...missingTexts(row)];
    return html`<tr><td><code>${band.traceIds[0]}</code>${band.traceIds.length > 1 && ` and ${band.traceIds.length - 1} more`}</td><td>${service}</td><th scope="row">${row.name}${row.spans.length > 1 && ` ×${row.spans.length}`}</th><td>${durationText(Math.max(0, start - window.start))}</td><td>${waitText(row.hops) ?? ''}</td><td>${durationText(end - start)}</td><td>${decisionText(row) ?? ''}</td><td>${problems.filter((text) => text !== undefined).join(', ')}</td></tr>
`;
  });
  return html`<details class="table"><summary>The same as a table</summary><div class="scrolls" tabindex="0" role="region" aria-label="The journey as a table"><table><thead><tr><th scope="col">Trace</th><th scope="col">Service</th><th scope="col">Span</th><th scope="col">Began after</th><th scope="col">Waited</th><th scope="col">Worked</th><th scope="col">Relation</th><th scope="col">Problems</th></tr></thead><tbody>${rows}</tbody></table></div></details>`;
}
