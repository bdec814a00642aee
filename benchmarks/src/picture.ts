import type { VariantLine } from './group.ts';

/** The variants that are drawn, as the picture calls them, and their colours. */
const bars: Readonly<Record<string, readonly [name: string, colour: string]>> = {
  bare: ['client alone', '#8c959f'],
  contrib: ['contrib', '#bf8700'],
  'hand-written': ['by hand', '#6f42c1'],
  waybill: ['Waybill', '#1a7f37'],
};

const width = 760;
const left = 180;
const barHeight = 18;

/**
 * Draws what one recorded message costs, with its client, as an SVG: four bars for every client, each client on a scale of its own.
 *
 * @param lines what every variant costs.
 */
export function drawPicture(lines: readonly VariantLine[]): string {
  const byClient = Map.groupBy(
    lines.filter(({ group, variant }) => /^\w+\/recorded$/.test(group) && variant in bars),
    ({ group }) => group.replace('/recorded', ''),
  );
  const parts: string[] = [];
  let y = 40;
  for (const [client, variants] of byClient) {
    parts.push(text(12, y + 2 * barHeight, client, 'font-weight="bold"'));
    const longest = Math.max(...variants.map(({ figures }) => figures.ns ?? 0));
    for (const { variant, figures } of variants) {
      const [name = '', colour = ''] = bars[variant] ?? [];
      const ns = figures.ns ?? 0;
      const length = Math.round((ns / longest) * (width - left - 90));
      parts.push(
        text(left - 8, y + 13, name, 'text-anchor="end"'),
        `<rect x="${left}" y="${y}" width="${length}" height="${barHeight - 4}" fill="${colour}"/>`,
        text(left + length + 6, y + 13, `${(ns / 1_000).toFixed(1)} µs`),
      );
      y += barHeight;
    }
    y += barHeight;
  }
  const title = 'One message, published, recorded and processed: time of the CPU';
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${y}" font-family="sans-serif" font-size="13">
<title>${title}</title>
<rect width="100%" height="100%" fill="#ffffff"/>
${[text(12, 20, title, 'font-weight="bold"'), ...parts].join('\n')}
</svg>
`;
}

function text(x: number, y: number, content: string, more = ''): string {
  return `<text x="${x}" y="${y}" fill="#1f2328" ${more}>${content}</text>`;
}
