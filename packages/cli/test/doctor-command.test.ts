import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { policyFromFile } from '@waybill/policy-file';
import { findingRules } from '../src/sarif.ts';
import { runCommand } from './run-command.ts';

const directory = mkdtempSync(join(tmpdir(), 'waybill-doctor-command-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const noon = Date.UTC(2026, 0, 1, 12);
const producer = '4bf92f3577b34da6a3ce929d0e0e4736';

function span(name: string, traceId: string, spanId: string, at: number, more: object = {}): object {
  const [verb, queue] = name.split(' ');
  return {
    traceId,
    spanId,
    name,
    kind: verb === 'send' ? 4 : 5,
    startTimeUnixNano: `${noon + at}000000`,
    endTimeUnixNano: `${noon + at + 10}000000`,
    attributes: [
      { key: 'messaging.operation.type', value: { stringValue: verb } },
      { key: 'messaging.system', value: { stringValue: 'kafka' } },
      { key: 'messaging.destination.name', value: { stringValue: queue } },
    ],
    ...more,
  };
}

function fileOf(name: string, ...spans: readonly object[]): string {
  const resource = { attributes: [{ key: 'service.name', value: { stringValue: 'shop' } }] };
  const file = join(directory, name);
  writeFileSync(file, JSON.stringify({ resourceSpans: [{ resource, scopeSpans: [{ spans }] }] }));
  return file;
}

const send = span('send orders', producer, '00f067aa0ba902b7', 0);
const fresh = span('process orders', producer, 'b7ad6b7169203331', 20, { parentSpanId: '00f067aa0ba902b7' });
const late = span('process orders', producer, 'b7ad6b7169203331', 3_600_000, {
  parentSpanId: '00f067aa0ba902b7',
});
const lost = span('process orders', '0af7651916cd43dd8448eb211c80319c', 'b7ad6b7169203332', 50);

const well = fileOf('well.json', send, fresh);
const ill = fileOf('ill.json', send, late, lost);
const noted = fileOf('noted.json', send);

describe('waybill doctor', () => {
  it('finds nothing where all is well', async () => {
    expect(await runCommand('doctor', '--from', well)).toEqual({
      code: 0,
      out: `${well}: spans: 2, messages from a sender to a handling: 1. Nothing was found.`,
      error: '',
    });
  });

  it('tells what is wrong, the worst first, with evidence, the fix and a rule', async () => {
    const { code, out } = await runCommand('doctor', '--from', ill);
    expect(code).toBe(1);
    expect(out).toBe(
      [
        `${ill}: spans: 3, messages from a sender to a handling: 1`,
        '',
        'error lost-context',
        '  1 message of kafka:orders began a trace without a link, though the queue has senders.',
        '  Fix: Look at the headers of such a message: without traceparent, its sender does not inject or something between strips headers; with it, the consumer does not extract.',
        '  Services: shop',
        '  See trace 0af7651916cd43dd8448eb211c80319c, span b7ad6b7169203332 process orders',
        '',
        'warning late-child',
        '  1 message of kafka:orders stayed in the sender’s trace after a wait of 1 h: that trace looks as long, and a sampler that decides at its end has decided before.',
        '  Fix: Start a new trace with a link where a message is late: a linkAfter is proposed below.',
        '  Services: shop',
        `  See trace ${producer}, span b7ad6b7169203331 process orders`,
        '',
        'Proposed rules:',
        '',
        'queues:',
        '  # of 1 message, 1 waited longer than 1m',
        '  "kafka:orders": { relation: link }',
      ].join('\n'),
    );
  });

  it('proposes a policy that Waybill takes', async () => {
    const { out } = await runCommand('doctor', '--from', ill, '--policy');
    const file = join(directory, 'proposed.policy.yaml');
    writeFileSync(file, out);
    expect(policyFromFile({ path: file }).current).toEqual({
      queues: { 'kafka:orders': { relation: 'link' } },
    });
    const nothing = await runCommand('doctor', '--from', well, '--policy');
    expect(nothing.out).toMatch(/^# No rule is proposed/);
  });

  it('gives findings as data', async () => {
    const { findings, spans } = JSON.parse((await runCommand('doctor', '--from', ill, '--json')).out);
    expect(spans).toBe(3);
    expect(findings).toMatchObject([
      { rule: 'lost-context', level: 'error', queue: 'kafka:orders' },
      { rule: 'late-child', level: 'warning' },
    ]);
  });

  it('gives findings as SARIF', async () => {
    const log = JSON.parse((await runCommand('doctor', '--from', ill, '--sarif')).out);
    expect(log).toMatchObject({
      version: '2.1.0',
      runs: [
        {
          tool: { driver: { rules: [{ id: 'lost-context' }, { id: 'late-child' }] } },
          results: [
            {
              ruleId: 'lost-context',
              level: 'error',
              locations: [
                {
                  physicalLocation: { artifactLocation: { uri: ill } },
                  logicalLocations: [{ fullyQualifiedName: 'kafka:orders' }],
                },
              ],
            },
            { ruleId: 'late-child', ruleIndex: 1, level: 'warning' },
          ],
        },
      ],
    });
  });

  it.each([
    [ill, 'error', 1],
    [well, 'note', 0],
    [noted, 'warning', 0],
    [noted, 'note', 1],
  ])('%s, with --fail-on %s, ends with %i', async (file, level, code) => {
    expect((await runCommand('doctor', '--from', file, '--fail-on', level)).code).toBe(code);
  });

  it('takes another time for late', async () => {
    const { findings } = JSON.parse(
      (await runCommand('doctor', '--from', ill, '--json', '--late-after', '2h')).out,
    );
    expect(findings).toMatchObject([{ rule: 'lost-context' }]);
  });

  it('tells twenty findings of a rule in full, and how many there are more', async () => {
    const replies = Array.from({ length: 25 }, (_, index) =>
      span(`send reply-${index}`, producer, `00f067aa0ba902${index + 10}`, index),
    );
    const path = fileOf('replies.json', ...replies);
    const { code, out } = await runCommand('doctor', '--from', path);
    expect(code).toBe(0);
    expect(out.match(/is sent to \(1 span\)/g)).toHaveLength(20);
    expect(out).toMatch(/note one-sided-queue\n {2}5 more\. --json tells all of them\.$/);
  });

  it('shows nothing that could control the terminal', async () => {
    const hostile = span('process orders', '0af7651916cd43dd8448eb211c80319c', 'b7ad6b7169203332', 50, {
      name: 'process \u001b[2J orders',
    });
    const { out } = await runCommand('doctor', '--from', fileOf('hostile.json', send, fresh, hostile));
    expect(out).toContain('process \uFFFD[2J orders');
  });

  it('tells that the source cannot be read', async () => {
    const { code, error } = await runCommand('doctor', '--from', join(directory, 'none.json'));
    expect([code, error]).toEqual([1, expect.stringContaining('none.json cannot be read: ENOENT')]);
  });

  it.each([
    [[], '--from is missing.'],
    [['--from', ''], '--from is missing.'],
    [['--from', 'otlp:4318'], 'The doctor reads a backend or a file, not otlp.'],
    [['x', '--from', well], '"x" is too much'],
    [['--from', well, '--json', '--sarif'], 'give one'],
    [['--from', well, '--fail-on', 'all'], '--fail-on "all" is none of error, warning and note.'],
    [['--from', well, '--late-after', 'soon'], '--late-after "soon" is no duration.'],
  ])('does not take %j', async (args, message) => {
    const { code, error } = await runCommand('doctor', ...args);
    expect([code, error]).toEqual([2, expect.stringContaining(message)]);
  });
});

it('has each finding explained in the docs', async () => {
  const page = readFileSync(join(import.meta.dirname, '../../../docs/doctor.md'), 'utf8');
  const titles = [...page.matchAll(/^## (.+)$/gm)].map(([, title]) => title);
  expect(titles).toEqual([...findingRules, 'In a program']);
});
