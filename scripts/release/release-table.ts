/** What came of one way in one project. */
export interface Attempt {
  /** The heading of the project's column, such as `22.15.0, npm 10.9.2`. */
  readonly project: string;
  readonly way: string;
  /** Why the program did not run, or what it printed that it should not. */
  readonly failure?: string | undefined;
}

/** A row for each way, a column for each project; the reasons of failures stand below. */
export function formatTable(attempts: readonly Attempt[]): string {
  const projects = [...new Set(attempts.map(({ project }) => project))];
  const ways = [...new Set(attempts.map(({ way }) => way))];
  const rows = [
    ['', ...projects.map((project) => `Node.js ${project}`)],
    ...ways.map((way) => [
      way,
      ...projects.map((project) => {
        const attempt = attempts.find((one) => one.project === project && one.way === way);
        if (attempt === undefined) return '-';
        return attempt.failure === undefined ? 'ok' : 'FAILED';
      }),
    ]),
  ];
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  const table = rows.map(
    (row) => `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`,
  );
  const rule = `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`;
  const failures = attempts
    .filter(({ failure }) => failure !== undefined)
    .map(({ project, way, failure = '' }) => `\n${way}, Node.js ${project}:\n${shorten(failure)}`);
  return [table[0], rule, ...table.slice(1), ...failures].join('\n');
}

/** The beginning of a text: a bundle has lines that no terminal wants. */
export function shorten(text: string): string {
  const lines = text.split('\n').slice(0, 20);
  return lines.map((line) => line.slice(0, 300)).join('\n');
}
