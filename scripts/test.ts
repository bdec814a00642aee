import { startBusyProcesses } from './test-run/busy-processes.ts';
import { formatReport } from './test-run/format-report.ts';
import { parseTestArguments } from './test-run/parse-test-arguments.ts';
import { type ProjectResult, runProject } from './test-run/run-project.ts';
import { isGreen, sumCounts, summaryLine } from './test-run/test-counts.ts';

const { projects, repeat, load, jestArguments } = parseTestArguments(process.argv.slice(2));

const results: ProjectResult[] = [];
if (load) process.env.WAYBILL_BROKER_DELAY ??= '30';
const relieve = load ? startBusyProcesses() : undefined;
for (let run = 1; run <= repeat; run++) {
  for (const project of projects) results.push(await runProject(project, run, jestArguments));
}
relieve?.();

const total = sumCounts(results.map((result) => result.counts));
// A name filter skips every other test by design; an unfiltered run must not skip any.
const maySkip = jestArguments.length > 0;
process.exitCode = isGreen(total, { maySkip }) ? 0 : 1;
process.stdout.write(`\n${formatReport(results)}\n\n${summaryLine(total)}\n`);
