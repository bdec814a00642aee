import type { ProjectResult } from './run-project.ts';

/** The failures by name, then one row of counts for each project; where there were several runs, with the run. */
export function formatReport(results: readonly ProjectResult[]): string {
  const several = results.some(({ run }) => run > 1);
  const failures = results.flatMap(({ run, failures }) =>
    failures.map((failure) => (several ? `  ✕ run ${run}: ${failure}` : `  ✕ ${failure}`)),
  );
  const header = row('', 'passed', 'failed', 'skipped', 'time');
  const rows = results.map(({ project, run, counts, seconds }) =>
    row(
      several ? `${project} ${run}` : project,
      counts.passed,
      counts.failed,
      counts.skipped,
      `${seconds.toFixed(1)} s`,
    ),
  );
  const failureList = failures.length > 0 ? ['Failed:', ...failures, ''] : [];
  return [...failureList, header, ...rows].join('\n');
}

function row(name: string, ...cells: readonly (string | number)[]): string {
  return name.padEnd(14) + cells.map((cell) => String(cell).padStart(9)).join('');
}
