import { faultKinds } from './fault.ts';
import type { Failure, FuzzResult } from './fuzz-result.ts';

/** A readable failure, with the command that repeats it. */
export function formatFailure({ adapter, path, kind, text, seed, cases, replay, input }: Failure): string {
  const again = `pnpm fuzz --adapter ${adapter} --seed ${seed} --cases ${cases}`;
  return [
    `${adapter}, ${path}: ${kind}: ${text}`,
    `  input: ${input.length > 2_000 ? `${input.slice(0, 2_000)} …` : input}`,
    `  again: ${again}${replay === undefined ? '' : ` --replay ${replay}`}`,
    '',
  ].join('\n');
}

/** The results of all cases, a line for each adapter. */
export function tableOf(results: readonly FuzzResult[]): string {
  const adapters = [...new Set(results.map(({ adapter }) => adapter))];
  const rows = adapters.map((adapter) => {
    const own = results.filter((result) => result.adapter === adapter);
    const { ms, bytes, path } = own
      .map(({ slowest }) => slowest)
      .reduce((one, two) => (two.ms > one.ms ? two : one));
    return [
      adapter,
      String(sum(own.map(({ cases }) => cases))),
      ...faultKinds.map((kind) => String(sum(own.map(({ faults }) => faults[kind] ?? 0)))),
      `${ms.toFixed(2)} ms, ${bytes} bytes, ${path}`,
    ];
  });
  const lines = [['adapter', 'cases', ...faultKinds, 'slowest case'], ...rows];
  const widths =
    lines[0]?.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0))) ?? [];
  return lines
    .map((line) =>
      line
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** How the heap of a worker grew, at five places of its tasks. */
export function growthOf(heaps: readonly number[]): string {
  const places = [0, 0.25, 0.5, 0.75, 1].map((part) => heaps[Math.round((heaps.length - 1) * part)] ?? 0);
  return places.map((bytes) => `${(bytes / 1_048_576).toFixed(0)} MB`).join(' ');
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
