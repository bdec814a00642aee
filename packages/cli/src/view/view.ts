import { type Command, type ExitCode, UsageError } from '../command.ts';
import { countOf } from '../journey-options.ts';
import { openInBrowser } from '../open-in-browser.ts';
import { parseArguments } from '../parse-arguments.ts';
import { startViewer } from './viewer.ts';

/** Shows journeys in the browser as their spans come in. */
export const view: Command = {
  words: ['view'],
  parameters: '[options]',
  summary: 'receives spans, and shows the journeys of messages in the browser as they come',
  help: `Spans come by OTLP over HTTP, as OpenTelemetry's SDKs and collectors send them, in JSON or protobuf. The page is at the same address:

  waybill view --open
  OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:4318 node app.js

  --port NUMBER      the port. Default: 4318, that of OTLP over HTTP
  --host ADDRESS     the address to listen at. Default: 127.0.0.1, where only this machine comes in. Whoever comes in sees all spans
  --allow-host NAME  a name that the machine is called by in URLs, beside localhost and its addresses; may be repeated
  --spans NUMBER     the most spans that are kept; older traces make room. Default: 50000
  --true-scale       long waits are as long as they are; else they become breaks that tell their length
  --fold NUMBER      how many that are alike are drawn one by one; more become one row. Default: 8
  --open             the page in the browser

Spans are in memory only: they are gone when it ends. Ctrl+C ends it.
Exit code: 0, 1 where it cannot listen, 2 for wrong arguments.`,

  async run(args, output): Promise<ExitCode> {
    const { values, positionals } = parseArguments(args, options);
    if (positionals.length > 0)
      throw new UsageError(`It takes options only, not ${JSON.stringify(positionals[0])}.`);
    const viewer = await startViewer({
      host: values.host,
      port: portOf(values.port),
      hostNames: values['allow-host'],
      spans: countOf('spans', values.spans),
      foldAfter: countOf('fold', values.fold),
      trueScale: values['true-scale'],
    });
    const stopped = output.stopped();
    output.out(
      `Journeys are at ${viewer.url}. Spans come in by OTEL_EXPORTER_OTLP_ENDPOINT=${viewer.url}. Ctrl+C ends it.`,
    );
    if (values.open === true && !(await openInBrowser(viewer.url)))
      output.error('There is no browser to open it in. BROWSER may name one.');
    await stopped;
    await viewer.stop();
    return 0;
  },
};

const options = {
  host: { type: 'string' },
  port: { type: 'string' },
  'allow-host': { type: 'string', multiple: true },
  spans: { type: 'string' },
  fold: { type: 'string' },
  'true-scale': { type: 'boolean' },
  open: { type: 'boolean' },
} as const;

/** 0 is any port that is free. */
function portOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (/^\d{1,5}$/.test(text) && Number(text) <= 65_535) return Number(text);
  throw new UsageError(`--port ${JSON.stringify(text)} is no port. Write a number up to 65535.`);
}
