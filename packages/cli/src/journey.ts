import { drawJourney } from '@waybill/journey';
import { drawPage } from '@waybill/journey/page';
import { type ReceiverOptions, startOtlpReceiver } from '@waybill/journey/receiver';
import { type FindOptions, type FoundJourney, findJourney, openSource } from '@waybill/journey/sources';
import { type Command, type Output, UsageError } from './command.ts';
import { countOf, durationOf, headersOf, leftOutTexts } from './journey-options.ts';
import { parseArguments } from './parse-arguments.ts';
import { receiveJourney } from './receive/receive-journey.ts';
import { receiverOptionsOf } from './receive/receiver-options.ts';
import { writePage } from './write-page.ts';

/** Draws the journey of a message: its traces on one axis of time. */
export const journey: Command = {
  words: ['journey'],
  parameters: 'ID --from SOURCE [options]',
  summary: 'draws the traces that a message led to, with the time it waited',
  help: `ID is a trace id, the id of a message, or a journey id (waybill.journey.id). Links are followed both ways.

  --from SOURCE      jaeger:URL, tempo:URL or a file: OTLP in JSON or JSON lines, or what Jaeger or Tempo exports;
                     otlp, otlp:PORT or otlp:ADDRESS:PORT listens for spans, by default at 127.0.0.1:4318
  --header TEXT      a header of every request, 'Authorization: Bearer ...'; may be repeated
  --within DURATION  how long before and after what is known of it to search: 30m, 24h, 7d. Default: 24h
  --traces NUMBER    the most traces to read. Default: 500
  --settle DURATION  for how long no span comes in when a journey from otlp is whole: 500ms, 10s. Default: 2s
  --width NUMBER     the width in characters, from 60 to 2000. Default: that of the terminal, else 100
  --true-scale       long waits are as long as they are; else they become breaks that tell their length
  --fold NUMBER      how many that are alike are drawn one by one; more become one row. Default: 8
  --rows NUMBER      the most rows. Default: 200, in a page 2000
  --json             the journey as data
  --html FILE        the journey as a page, with details of each span, wait and link. It needs nothing else
  --open             the page in the browser; without --html, in a temporary file
  --mcp              without ID: serves the Model Context Protocol on standard input and output, with the tools find_journeys,
                     show_journey and diagnose, until the input ends

There are colours where there is a terminal, unless NO_COLOR is set.
Exit code: 0, 1 where there is no such journey or the source cannot be read, 2 for wrong arguments.`,

  async run(args, output) {
    const { values, positionals } = parseArguments(args, options);
    const [id, ...others] = positionals;
    if (values.mcp && id !== undefined) throw new UsageError('--mcp takes no id: its client names them.');
    if (others.length > 0)
      throw new UsageError(`There is one id at most; ${JSON.stringify(others[0])} is another.`);
    const { from, json, html, open = false, 'true-scale': trueScale } = values;
    if (id === undefined && !values.mcp) throw new UsageError('The id is missing.');
    if (from === undefined || from === '') throw new UsageError('--from is missing.');
    if (json && (html !== undefined || open))
      throw new UsageError('--json is not written into a page: leave out --html and --open.');
    const receiving = receiverOptionsOf(from);
    if (values.mcp && receiving !== undefined)
      throw new UsageError('--mcp reads a backend or a file, not otlp.');
    const headers = headersOf(values.header);
    const found = { within: durationOf('within', values.within), traces: countOf('traces', values.traces) };
    if (values.mcp) {
      // The protocol's library takes as long to load as all the rest.
      const { serveJourneys } = await import('./mcp/serve-journeys.ts');
      await serveJourneys({ from, headers, ...found });
      return 0;
    }
    const drawing = {
      foldAfter: countOf('fold', values.fold),
      rows: countOf('rows', values.rows),
      trueScale,
    };
    const width = countOf('width', values.width) ?? output.terminal?.columns;
    const settle = durationOf('settle', values.settle) ?? 2_000;
    const result =
      receiving === undefined
        ? await search(from, id ?? '', { headers, ...found }, output)
        : await receive(receiving, id ?? '', { settle, ...found }, output);
    if (result === undefined) {
      output.error(`${from} knows no trace, message or journey ${JSON.stringify(id)}${hintOf(from)}`);
      return 1;
    }
    const notes = leftOutTexts(result);
    for (const note of notes) output.error(note);
    if (html !== undefined || open) {
      const page = drawPage(result.journey, { ...drawing, notes });
      return await writePage(page, { file: html, isOpened: open }, output);
    }
    const colour = output.terminal?.hasColours;
    output.out(
      json
        ? JSON.stringify(result, undefined, 2)
        : drawJourney(result.journey, { ...drawing, width, colour }),
    );
    return 0;
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
  html: { type: 'string' },
  open: { type: 'boolean' },
  settle: { type: 'string' },
  mcp: { type: 'boolean' },
} as const;

type Found = Promise<FoundJourney | undefined>;

async function search(
  from: string,
  id: string,
  { headers, ...options }: FindOptions & { readonly headers: Readonly<Record<string, string>> },
  output: Output,
): Found {
  const { source, notes } = await openSource(from, { headers });
  for (const note of notes) output.error(note);
  return await findJourney(source, id, options);
}

async function receive(
  receiving: ReceiverOptions,
  id: string,
  options: FindOptions & { readonly settle: number },
  output: Output,
): Found {
  const receiver = await startOtlpReceiver(receiving);
  const stopped = output.stopped();
  output.error(`Listening for spans at ${receiver.url}/v1/traces, until ${id} has come in. Ctrl+C ends it.`);
  try {
    return await receiveJourney(receiver.spans, id, { ...options, stopped });
  } finally {
    await receiver.stop();
  }
}

/** A backend searches by time; a file does not. */
function hintOf(from: string): string {
  return /^(jaeger|tempo):/.test(from) ? '. Was it sampled, and is it in the time that --within says?' : '.';
}
