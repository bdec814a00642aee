import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import type { Group } from '../group.ts';

const times = 'journey/10000-spans-over-1-s';
const memory = 'journey/10000-spans-over-200-MB';

/**
 * A journey of 10,000 spans in 2,500 traces, each of which links to the one before: read from OTLP in JSON, joined and drawn. In a process of
 * its own, whose start and whose compiling of TypeScript count, as nobody draws a journey twice.
 */
export function journeyGroup(rounds: number): Group {
  return {
    name: 'journey',
    processes: 1,
    async measure() {
      const measured = Array.from({ length: rounds }, drawOnce);
      return {
        journey: { ms: measured.map(({ ms }) => ms), MB: measured.map(({ megabytes }) => megabytes) },
      };
    },
    rows: [
      { name: times, unit: 'ms', compare: (figure) => ({ ours: figure('journey', 'ms'), theirs: 1_000 }) },
      { name: memory, unit: 'MB', compare: (figure) => ({ ours: figure('journey', 'MB'), theirs: 200 }) },
    ],
  };
}

/** The time of the CPU, and the most memory that was resident. */
function drawOnce(): { readonly ms: number; readonly megabytes: number } {
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    [join(import.meta.dirname, '../journey/draw-once.ts')],
    {
      encoding: 'utf8',
      input: longJourney(),
    },
  );
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout);
}

function longJourney(): string {
  const spans = Array.from({ length: 2_500 }, (_, trace) => [
    span(trace, 1, 'process orders', 5, {
      parentSpanId: '',
      links:
        trace === 0
          ? []
          : [
              {
                traceId: id(trace, 32),
                spanId: id(4, 16),
                attributes: texts({ 'waybill.link.to': 'creation' }),
              },
            ],
    }),
    span(trace, 2, 'GET', 3),
    span(trace, 3, 'SELECT', 3),
    span(trace, 4, 'send orders', 4),
  ]).flat();
  const resource = { attributes: texts({ 'service.name': 'orders' }) };
  return JSON.stringify({ resourceSpans: [{ resource, scopeSpans: [{ spans }] }] });
}

function span(trace: number, number: number, name: string, kind: number, more: object = {}): unknown {
  const start = 1_767_268_800_000 + trace * 50 + number;
  return {
    traceId: id(trace + 1, 32),
    spanId: id(number, 16),
    parentSpanId: id(1, 16),
    name,
    kind,
    startTimeUnixNano: `${start}000000`,
    endTimeUnixNano: `${start + 5}000000`,
    attributes: texts({
      'messaging.destination.name': 'orders',
      'messaging.message.id': `message-${trace}`,
      'waybill.journey.id': id(1, 32),
      'waybill.relation': 'link',
      'waybill.relation.reason': 'late',
    }),
    ...more,
  };
}

function texts(attributes: Readonly<Record<string, string>>): unknown {
  return Object.entries(attributes).map(([key, stringValue]) => ({ key, value: { stringValue } }));
}

function id(value: number, digits: number): string {
  return value.toString(16).padStart(digits, '0');
}
