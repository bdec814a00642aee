import type { ConformanceRow } from '@waybill/testing/conformance';

/** Scenarios by broker as a table, with every reason below it. */
export function conformanceTable(rows: readonly ConformanceRow[]): string {
  const brokers = [...new Set(rows.map(({ broker }) => broker))];
  const scenarios = [...new Set(rows.map(({ scenario }) => scenario))];
  const width = Math.max(...scenarios.map(({ length }) => length), 'scenario'.length);
  const line = (first: string, cells: readonly string[]): string =>
    [first.padEnd(width), ...cells.map((cell) => cell.padEnd(8))].join('  ').trimEnd();
  const resultOf = (scenario: string, broker: string): string =>
    rows.find((row) => row.scenario === scenario && row.broker === broker)?.result ?? '-';
  const reasons = rows
    .filter(({ reason }) => reason !== '')
    .map(({ broker, scenario, result, reason }) => `${result} on ${broker}: ${scenario}\n  ${reason}`);
  return [
    line('scenario', brokers),
    ...scenarios.map((scenario) =>
      line(
        scenario,
        brokers.map((broker) => resultOf(scenario, broker)),
      ),
    ),
    '',
    ...reasons,
    `${rows.filter(({ result }) => result === 'passed').length} passed, ${rows.filter(({ result }) => result === 'failed').length} failed, ${rows.filter(({ result }) => result === 'excused').length} excused`,
  ].join('\n');
}
