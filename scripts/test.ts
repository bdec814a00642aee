import { startBusyProcesses } from './test-run/busy-processes.ts';
import { parseTestArguments } from './test-run/parse-test-arguments.ts';
import { formatReport, isGreen, type ProjectResult, sumCounts } from './test-run/report.ts';
import { runProject } from './test-run/run-project.ts';

const { projects, repeat, load, jestArguments } = parseTestArguments(process.argv.slice(2));

const results: ProjectResult[] = [];
if (load) process.env.WAYBILL_BROKER_DELAY ??= '30';
const relieve = load ? startBusyProcesses() : undefined;
for (let run = 1; run <= repeat; run++) {
  for (const project of projects) results.push(await runProject(project, run, jestArguments));
}
relieve?.();

// A name filter skips every other test by design; an unfiltered run must not skip any.
process.exitCode = isGreen(sumCounts(results), jestArguments.length > 0) ? 0 : 1;
process.stdout.write(`\n${formatReport(results)}\n`);
