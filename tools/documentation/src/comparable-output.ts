const ids = /\b(?:[0-9a-f]{32}|[0-9a-f]{16}|[0-9a-f]{8})\b/g;
const times = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z/g;
const durations = /(?:\b\d+(?:\.\d+)? (?:ms|s|min|h)\b\s*)+/g;
const drawing = /[─━│┄┊█░▒╱╳∙#|]+/g;

/**
 * What of an output is the same in every run: its words, in their order. Ids become numbers, by where they come first. Times, durations,
 * the bars of drawings, and where lines end are left out.
 */
export function comparableOutput(text: string): string {
  const seen: string[] = [];
  const numbered = (id: string): string => {
    if (!seen.includes(id)) seen.push(id);
    return `id-${seen.indexOf(id) + 1}`;
  };
  return text
    .replaceAll(times, 'time')
    .replaceAll(durations, 'duration ')
    .replaceAll(drawing, ' ')
    .replaceAll(ids, numbered)
    .trim()
    .split(/\s+/)
    .join('\n');
}
