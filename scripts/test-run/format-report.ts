import type { ProjectResult } from './run-project.ts';

/** The failures by name, then one row of counts for each project. */
export function formatReport(results: readonly ProjectResult[]): string {
  const failures = results.flatMap((result) => result.failures.map((failure) => `  ✕ ${failure}`));
  const header = row('', 'passed', 'failed', 'skipped', 'time');
  const rows = results.map(({ project, counts, seconds }) =>
    row(project, counts.passed, counts.failed, counts.skipped, `${seconds.toFixed(1)} s`),
  );
  const failureList = failures.length > 0 ? ['Failed:', ...failures, ''] : [];
  return [...failureList, header, ...rows].join('\n');
}

function row(name: string, ...cells: readonly (string | number)[]): string {
  return name.padEnd(10) + cells.map((cell) => String(cell).padStart(9)).join('');
}
