import { drawJourney } from '@waybill/journey';
import { type FoundJourney, findJourney, JourneySourceError, openSource } from '@waybill/journey/sources';
import { type Command, type Output, UsageError } from './command.ts';
import { parseArguments } from './parse-arguments.ts';

/** Draws the journey of a message: its traces on one axis of time. */
export const journey: Command = {
  words: ['journey'],
  parameters: 'ID --from SOURCE [options]',
  summary: 'draws the traces that a message led to, with the time it waited',
  help: `ID is a trace id, the id of a message, or a journey id (waybill.journey.id). Links are followed both ways.

  --from SOURCE      jaeger:URL, tempo:URL or a file: OTLP in JSON or JSON lines, or what Jaeger or Tempo exports
  --header TEXT      a header of every request, 'Authorization: Bearer ...'; may be repeated
  --within DURATION  how long before and after what is known of it to search: 30m, 24h, 7d. Default: 24h
  --traces NUMBER    the most traces to read. Default: 500
  --width NUMBER     the width in characters. Default: that of the terminal, else 100
  --true-scale       long waits are as long as they are; else they become breaks that tell their length
  --fold NUMBER      how many that are alike are drawn one by one; more become one row. Default: 8
  --rows NUMBER      the most rows. Default: 200
  --json             the journey as data

There are colours where there is a terminal, unless NO_COLOR is set.
Exit code: 0, 1 where there is no such journey or the source cannot be read, 2 for wrong arguments.`,

  async run(args, output) {
    const { values, positionals } = parseArguments(args, options);
    const [id, ...others] = positionals;
    if (id === undefined) throw new UsageError('The id is missing.');
    if (others.length > 0)
      throw new UsageError(`There is one id at most; ${JSON.stringify(others[0])} is another.`);
    const { from, json, 'true-scale': trueScale } = values;
    if (from === undefined) throw new UsageError('--from is missing.');
    const headers = Object.fromEntries((values.header ?? []).map(headerOf));
    const found = { within: durationOf(values.within), traces: countOf('traces', values.traces) };
    const drawing = {
      width: countOf('width', values.width) ?? output.terminal?.columns,
      foldAfter: countOf('fold', values.fold),
      rows: countOf('rows', values.rows),
      colour: output.terminal?.hasColours,
      trueScale,
    };
    try {
      const { source, notes } = await openSource(from, { headers });
      for (const note of notes) output.error(note);
      const result = await findJourney(source, id, found);
      if (result === undefined) {
        output.error(`${from} knows no trace, message or journey ${JSON.stringify(id)}${hintOf(from)}`);
        return 1;
      }
      output.out(json ? JSON.stringify(result, undefined, 2) : drawJourney(result.journey, drawing));
      tellWhatIsMissing(result, output);
      return 0;
    } catch (error) {
      if (!(error instanceof JourneySourceError)) throw error;
      output.error(error.message);
      return 1;
    }
  },
};

const options = {
  from: { type: 'string' },
  header: { type: 'string', multiple: true },
  within: { type: 'string' },
  traces: { type: 'string' },
  width: { type: 'string' },
  fold: { type: 'string' },
  rows: { type: 'string' },
  'true-scale': { type: 'boolean' },
  json: { type: 'boolean' },
} as const;

/** A backend searches by time; a file does not. */
function hintOf(from: string): string {
  return /^(jaeger|tempo):/.test(from) ? '. Was it sampled, and is it in the time that --within says?' : '.';
}

function tellWhatIsMissing({ leftOut, unreadTraces }: FoundJourney, output: Output): void {
  const { invalidSpans, repeatedSpans, excessSpans, invalidLinks, excessLinks } = leftOut;
  const counts: readonly (readonly [number, string])[] = [
    [unreadTraces, 'more traces were not read: see --traces'],
    [invalidSpans, 'spans were left out, as their ids or times are none'],
    [repeatedSpans, 'spans were there more than once'],
    [excessSpans, 'spans are more than can be drawn, and were left out'],
    [invalidLinks, 'links lead to ids that are none'],
    [excessLinks, 'links are more than can be followed, and were left out'],
  ];
  for (const [count, text] of counts) {
    if (count > 0) output.error(`${count} ${text}.`);
  }
}

function headerOf(text: string): [name: string, value: string] {
  const colon = text.indexOf(':');
  const name = text.slice(0, Math.max(0, colon)).trim();
  const value = text.slice(colon + 1).trim();
  try {
    new Headers({ [name]: value });
  } catch {
    // The value may be a secret.
    throw new UsageError(`--header ${JSON.stringify(name)} is no header. Write --header 'NAME: VALUE'.`);
  }
  return [name, value];
}

function countOf(option: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const count = Number(text);
  if (/^\d{1,9}$/.test(text) && count > 0) return count;
  throw new UsageError(`--${option} ${JSON.stringify(text)} is no number from 1.`);
}

const units = { m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

function durationOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const [, amount, unit] = /^(\d{1,6})([mhd])$/.exec(text) ?? [];
  if (amount !== undefined && (unit === 'm' || unit === 'h' || unit === 'd'))
    return Number(amount) * units[unit];
  throw new UsageError(`--within ${JSON.stringify(text)} is no duration. Write '30m', '24h' or '7d'.`);
}
