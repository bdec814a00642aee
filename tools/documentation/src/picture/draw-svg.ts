import type { Journey } from '@waybill/journey';
import { type Bar, layOut, type PictureOfJourney, type PictureRow } from './lay-out.ts';

/** The colours of a picture. */
export interface Theme {
  readonly text: string;
  readonly faint: string;
  readonly band: string;
  readonly services: Readonly<Record<string, string>>;
}

/** For pages with a light, and with a dark background. */
export const themes: Readonly<Record<'light' | 'dark', Theme>> = {
  light: {
    text: '#1f2328',
    faint: '#59636e',
    band: '#f1f3f5',
    services: { web: '#0969da', worker: '#bc4c00' },
  },
  dark: {
    text: '#e6edf3',
    faint: '#9198a1',
    band: '#20262d',
    services: { web: '#4493f8', worker: '#f0883e' },
  },
};

const width = 800;
const chart = { x: 220, width: 560 };
const row = 26;
const bar = 12;

/** Draws journeys below each other, each with a title and a sentence that says what is to be seen. */
export function drawSvg(
  journeys: readonly { journey: Journey; title: string; caption: string }[],
  theme: Theme,
): string {
  let y = 0;
  const parts = journeys.map(({ journey, title, caption }) => {
    const picture = layOut(journey);
    const top = y;
    const rowY = (index: number): number =>
      top + 52 + index * row + 30 * picture.traces.filter(({ first }) => first <= index).length;
    y = rowY(picture.rows.length - 1) + row + 20;
    return [
      text(0, top + 18, title, theme.text, 'font-weight="600" font-size="15"'),
      text(0, top + 40, caption, theme.faint),
      ...picture.traces.map(({ traceId, first, last }) => {
        const height = rowY(last) - rowY(first) + row + 20;
        return [
          `<rect x="0" y="${rowY(first) - 24}" width="${width}" height="${height}" rx="6" fill="${theme.band}"/>`,
          text(10, rowY(first) - 8, `trace ${traceId.slice(0, 8)}`, theme.faint, 'font-size="11"'),
        ].join('\n');
      }),
      ...picture.rows.flatMap((each, index) => drawRow(each, index, rowY, picture, theme)),
    ].join('\n');
  });
  y += 6;
  const footnote = 'Drawn from recorded spans. The axis of time is compressed.';
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${y}" font-family="ui-sans-serif, system-ui, sans-serif" font-size="13" role="img" aria-label="${escaped(journeys.map(({ title, caption }) => `${title}: ${caption}`).join(' '))}">
<defs>
${Object.entries(theme.services)
  .map(
    ([name, colour]) =>
      `<pattern id="wait-${name}" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="2" height="6" fill="${colour}" opacity="0.55"/></pattern>`,
  )
  .join('\n')}
<marker id="arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path d="M0 0 8 4 0 8z" fill="${theme.text}"/></marker>
</defs>
${parts.join('\n')}
${text(width, y - 6, footnote, theme.faint, 'text-anchor="end" font-size="11"')}
</svg>
`;
}

function drawRow(
  { name, service, depth, work, wait }: PictureRow,
  index: number,
  rowY: (index: number) => number,
  { rows }: PictureOfJourney,
  theme: Theme,
): string[] {
  const y = rowY(index);
  const colour = theme.services[service] ?? theme.text;
  const drawn = [
    text(10, y + 11, service, colour, 'font-weight="600"'),
    text(66 + depth * 12, y + 11, name, theme.text),
    rectangle(work, y, colour),
  ];
  if (wait === undefined) return drawn;
  const sender = rows[wait.sender];
  const from = sender === undefined ? 0 : scaled(sender.work.x + sender.work.width);
  const dash = wait.relation === 'link' ? ' stroke-dasharray="5 4"' : '';
  const fromY = rowY(wait.sender) + bar + 1;
  return [
    ...drawn,
    rectangle(wait, y, `url(#wait-${service})`),
    `<path d="M${from} ${fromY}V${y - 1}" fill="none" stroke="${theme.text}" stroke-width="1.5"${dash} marker-end="url(#arrow)"/>`,
    text(
      scaled(wait.x) + 8,
      y - 6,
      `${wait.relation === 'link' ? 'link' : 'parent'}, ${durationText(wait.ms)} in the queue`,
      theme.faint,
      'font-size="11"',
    ),
  ];
}

function scaled(x: number): number {
  return Math.round(chart.x + x * chart.width);
}

function rectangle({ x, width: wide }: Bar, y: number, fill: string): string {
  const left = scaled(x);
  return `<rect x="${left}" y="${y}" width="${Math.max(2, scaled(x + wide) - left)}" height="${bar}" rx="2" fill="${fill}"/>`;
}

function text(x: number, y: number, words: string, colour: string, more = ''): string {
  return `<text x="${x}" y="${y}" fill="${colour}"${more && ` ${more}`}>${escaped(words)}</text>`;
}

function durationText(ms: number): string {
  return ms < 1_000 ? `${Math.max(1, Math.round(ms))} ms` : `${(ms / 1_000).toFixed(1)} s`;
}

function escaped(words: string): string {
  return words.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
