import { createHash } from 'node:crypto';
import { type FoldOptions, foldJourney } from '../fold/fold-journey.ts';
import type { Journey } from '../model/journey.ts';
import { drawRows } from './draw-rows.ts';
import { drawSummary, titleOf } from './draw-summary.ts';
import { drawTable } from './draw-table.ts';
import { linkDetails, waitDetails } from './hop-details.ts';
import { Html, html } from './html.ts';
import { PageContext } from './page-context.ts';
import { runPage } from './page-script.ts';
import { pageStyle } from './page-style.ts';
import { rowDetails } from './row-details.ts';

/** How a journey is drawn as a page. */
export interface PageOptions extends FoldOptions {
  /** Long waits are as long as they are. Default `false`: they become breaks. */
  readonly trueScale?: boolean | undefined;

  /** The most rows. Default 2,000. */
  readonly rows?: number | undefined;

  /** Sentences on what is missing. */
  readonly notes?: readonly string[] | undefined;
}

/**
 * Draws a journey as a page of HTML that needs nothing else: waits hatched, work solid, all on one axis of time, with details of each span, wait
 * and link, and queries to copy. The page asks for nothing, from nowhere, and its policy forbids it to. What spans say is text in it.
 *
 * @returns a whole document.
 *
 * @example
 * await writeFile('journey.html', drawPage(journey));
 */
export function drawPage(journey: Journey, options: PageOptions = {}): string {
  return document(`${titleOf(journey)} · journey`, contentOf(journey, options), "default-src 'none'", false);
}

/** What stands in the `main` of a page. */
export function contentOf(
  journey: Journey,
  { trueScale = false, rows = 2_000, notes = [], ...fold }: PageOptions,
): Html {
  const context = new PageContext(foldJourney(journey, fold), { mostRows: rows, trueScale });
  const details = context.lines.all.map(
    ({ row }) => row && [rowDetails(row, context), waitDetails(row, context), linkDetails(row, context)],
  );
  return html`
    ${drawSummary(context, notes)}${drawRows(context)}${drawTable(context)}
    ${details}${context.queries.templates()}`;
}

/** A whole document, whose policy forbids whatever it does not need. */
export function document(title: string, content: Html, policy: string, isLive: boolean): string {
  const script = `(${runPage})()`;
  const rules = [
    policy,
    `script-src '${hashOf(script)}'`,
    `style-src '${hashOf(pageStyle)}'`,
    "base-uri 'none'",
    "form-action 'none'",
  ];
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${new Html(rules.join('; '))}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${title}</title>
<style>${new Html(pageStyle)}</style>
</head>
<body${isLive && new Html(' data-live')}>
<a class="skip" href="#chart">Skip to the chart</a>
${hatches}
<main>${content}</main>
<aside id="details" aria-label="Details" tabindex="-1" hidden>
  <button type="button" class="close" data-details="" data-close aria-label="Close the details">×</button>
  <div id="details-content"></div>
</aside>
<p id="status" class="sr" role="status"></p>
<footer>
  Arrow keys move between rows and what they tell, Enter shows details, Escape closes them. Nothing of this page was loaded from elsewhere.
</footer>
<script>${new Html(script)}</script>
</body>
</html>
`.markup;
}

function hashOf(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}

/** What waits are filled with, by what they were for, and the edge of what is cut. */
const hatches = new Html(
  `<svg class="hatches" aria-hidden="true"><defs>
<pattern id="hatch-queue" width="7" height="7" patternUnits="userSpaceOnUse"><rect class="hatch" width="7" height="7"/><path d="M-1 8L8 -1M-1 1L1 -1M6 8L8 6"/></pattern>
<pattern id="hatch-delay" width="6" height="6" patternUnits="userSpaceOnUse"><rect class="hatch" width="6" height="6"/><circle cx="3" cy="3" r="1.2"/></pattern>
<pattern id="hatch-backoff" width="8" height="8" patternUnits="userSpaceOnUse"><rect class="hatch" width="8" height="8"/><path d="M0 0L8 8M0 8L8 0"/></pattern>
<pattern id="hatch-dependencies" width="5" height="5" patternUnits="userSpaceOnUse"><rect class="hatch" width="5" height="5"/><path d="M2.5 0V5"/></pattern>
<pattern id="torn" x="-7" width="14" height="16" patternUnits="userSpaceOnUse"><path class="torn" d="M3 0L6 8L3 16H8L11 8L8 0Z"/><path d="M3 0L6 8L3 16M8 0L11 8L8 16"/></pattern>
</defs></svg>`,
);
