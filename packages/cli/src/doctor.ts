import { statSync } from 'node:fs';
import { diagnoseSpans, type Finding } from '@waybill/journey/doctor';
import { openSource, readRecording } from '@waybill/journey/sources';
import { type Command, UsageError } from './command.ts';
import { describeDiagnosis, policyText } from './describe-diagnosis.ts';
import { countOf, durationOf, headersOf, leftOutTexts } from './journey-options.ts';
import { parseArguments } from './parse-arguments.ts';
import { receiverOptionsOf } from './receive/receiver-options.ts';
import { sarifOf } from './sarif.ts';

/** Tells what is wrong with the traces of messages, and what to do. */
export const doctor: Command = {
  words: ['doctor'],
  parameters: '--from SOURCE [options]',
  summary: 'tells what is wrong with the traces of messages, and what to do',
  help: `It looks at the spans of any OpenTelemetry SDK and instrumentation.

  --from SOURCE      jaeger:URL, tempo:URL or a file: OTLP in JSON or JSON lines, or what Jaeger or Tempo exports
  --header TEXT      a header of every request, 'Authorization: Bearer ...'; may be repeated
  --within DURATION  how long before now to read: 30m, 24h, 7d. Default: 1h. Of a file, all is read
  --traces NUMBER    the most traces to read. Default: 500, and all of a file
  --late-after DURATION  from when on a message that stays in its sender's trace is late: 30s, 10m. Default: 1m
  --fail-on LEVEL    error, warning or note: from which level on the exit code is 1. Default: warning
  --json             the findings as data
  --sarif            the findings as SARIF 2.1.0, for code scanning
  --policy           only the proposed rules, as a policy file in YAML

Exit code: 0, 1 where there are findings or the source cannot be read, 2 for wrong arguments.`,

  async run(args, output) {
    const { values, positionals } = parseArguments(args, options);
    if (positionals.length > 0)
      throw new UsageError(`${JSON.stringify(positionals[0])} is too much: the source stands behind --from.`);
    const { from, json, sarif, policy } = values;
    if (from === undefined || from === '') throw new UsageError('--from is missing.');
    if (receiverOptionsOf(from) !== undefined)
      throw new UsageError(
        'The doctor reads a backend or a file, not otlp. The file exporter of a collector writes one.',
      );
    if ([json, sarif, policy].filter((each) => each === true).length > 1)
      throw new UsageError('--json, --sarif and --policy are three forms of one answer: give one.');
    const failing = levelsFrom(values['fail-on'] ?? 'warning');
    const lateAfter = durationOf('late-after', values['late-after']);
    const reading = { within: durationOf('within', values.within), traces: countOf('traces', values.traces) };
    const { source, notes } = await openSource(from, { headers: headersOf(values.header) });
    for (const note of notes) output.error(note);
    const { spans, unreadTraces } = await readRecording(source, reading);
    const diagnosis = diagnoseSpans(spans, { lateAfter });
    for (const text of leftOutTexts({ leftOut: diagnosis.leftOut, unreadTraces })) output.error(text);
    if (sarif) output.out(JSON.stringify(sarifOf(diagnosis, isFile(from) ? from : undefined), undefined, 2));
    else if (json) output.out(JSON.stringify(diagnosis, undefined, 2));
    else if (policy) output.out(policyText(diagnosis));
    else output.out(describeDiagnosis(diagnosis, from));
    return diagnosis.findings.some(({ level }) => failing.includes(level)) ? 1 : 0;
  },
};

const options = {
  from: { type: 'string' },
  header: { type: 'string', multiple: true },
  within: { type: 'string' },
  traces: { type: 'string' },
  'late-after': { type: 'string' },
  'fail-on': { type: 'string' },
  json: { type: 'boolean' },
  sarif: { type: 'boolean' },
  policy: { type: 'boolean' },
} as const;

const levels: readonly Finding['level'][] = ['note', 'warning', 'error'];

function levelsFrom(level: string): readonly Finding['level'][] {
  const from = levels.indexOf(level as Finding['level']);
  if (from < 0)
    throw new UsageError(`--fail-on ${JSON.stringify(level)} is none of error, warning and note.`);
  return levels.slice(from);
}

function isFile(from: string): boolean {
  return statSync(from, { throwIfNoEntry: false }) !== undefined;
}
