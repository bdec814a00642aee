import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { createWaybill, type ExplainOptions } from '@waybill/core';
import { runCommand } from './run-command.ts';

const directory = mkdtempSync(join(tmpdir(), 'waybill-cli-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

function file(name: string, text: string): string {
  const path = join(directory, name);
  writeFileSync(path, text);
  return path;
}

const policy = {
  linkAfter: '5m',
  queues: { orders: { relation: 'parent' }, 'kafka:partner-*': { trust: 'untrusted' } },
} as const;
const right = file('right.json', JSON.stringify(policy, undefined, 2));
const variedPolicy = { late: 'ambient', ageFrom: 'due', retries: 'link', unsampled: 'pass-on' } as const;
const varied = file('varied.json', JSON.stringify(variedPolicy));
const wrong = file('wrong.yaml', 'linkAfter: soon\nqueues:\n  orders: { relation: child }\n');
const configuration = file('otel.yaml', 'file_format: "1.1"\n');

const durations = "Write '500ms', '30s', '1m', '2h', '7d' or a number of milliseconds, zero or more.";
const mistakes = [
  `${wrong}:1:1: policy.linkAfter: "soon" is not a duration. ${durations}`,
  `${wrong}:3:13: policy.queues["orders"].relation: "child" is unknown. Write 'auto', 'parent', 'link', 'ambient' or 'none'.`,
];

describe('waybill policy check', () => {
  it('tells every mistake with its place, its value and the fix', async () => {
    expect(await runCommand('policy', 'check', wrong)).toEqual({
      code: 1,
      out: mistakes.join('\n'),
      error: '',
    });
  });

  it('says that a file is right', async () => {
    expect(await runCommand('policy', 'check', right)).toEqual({
      code: 0,
      out: `${right}: right, with 2 rules`,
      error: '',
    });
  });

  it('checks several files', async () => {
    expect(await runCommand('policy', 'check', right, wrong, '/no.yaml')).toEqual({
      code: 1,
      out: [
        `${right}: right, with 2 rules`,
        ...mistakes,
        '/no.yaml: there is no such file. Create it, or correct the path.',
      ].join('\n'),
      error: '',
    });
  });

  it('refuses a configuration of OpenTelemetry without a policy', async () => {
    expect(await runCommand('policy', 'check', configuration)).toEqual({
      code: 1,
      out: `${configuration}: it is a configuration of OpenTelemetry, and there is no policy in it. Write it under instrumentation/development: js: waybill: policy:.`,
      error: '',
    });
  });

  it('tells mistakes as JSON for tools', async () => {
    const { code, out } = await runCommand('policy', 'check', '--json', right, wrong);

    expect(code).toBe(1);
    expect(JSON.parse(out)).toEqual([
      { file: wrong, line: 1, column: 1, message: expect.stringMatching(/^policy\.linkAfter: /) },
      { file: wrong, line: 3, column: 13, message: expect.stringMatching(/^policy\.queues\["orders"\]/) },
    ]);
  });
});

describe('waybill policy explain', () => {
  it('gives the object that waybill.explain() gives', async () => {
    const { out } = await runCommand(
      'policy',
      'explain',
      right,
      '--queue',
      'orders',
      '--age',
      '6m',
      '--json',
    );

    const explained = createWaybill({ policy }).explain('orders', { age: '6m' });
    expect(JSON.parse(out)).toEqual(JSON.parse(JSON.stringify(explained)));
  });

  it('tells a person which rule holds, what it beats, and what happens', async () => {
    const { code, out } = await runCommand(
      'policy',
      'explain',
      right,
      '--queue',
      'kafka:partner-orders',
      '--age',
      '3m',
    );

    expect(code).toBe(0);
    const lines = out.split('\n').map((line) => [line.slice(0, 10).trim(), line.slice(10)]);
    expect(lines).toEqual([
      ['queue', 'kafka:partner-orders'],
      ['rule', `kafka:partner-* (${right}:7:5)`],
      ['not', expect.stringMatching(/^the top of the policy: /)],
      ['sent', expect.stringContaining('traceparent, waybill')],
      ['handled', expect.stringContaining('in a new trace, with a link')],
      ['relation', 'link (untrusted)'],
      ['journey', 'begins anew'],
    ]);
  });

  it.each<[string[], ExplainOptions]>([
    [['--age', '90s'], { age: '90s' }],
    [['--age', '90000'], { age: 90_000 }],
    [['--age', '200s', '--delay', '2m'], { age: '200s', delay: '2m' }],
    [['--attempt', '2'], { attempt: 2 }],
    [['--unsampled'], { unsampled: true }],
    [['--age', '90s', '--in-span'], { age: '90s', inSpan: true }],
    [['--recurring'], { recurring: true }],
    [['--context', 'malformed'], { context: 'malformed' }],
    [['--requests', 'none'], { requests: 'none' }],
    [['--baggage', 'tenant.id,user'], { baggage: ['tenant.id', 'user'] }],
  ])('supposes of a message what is said by %j', async (args, options) => {
    const { code, out } = await runCommand(
      'policy',
      'explain',
      varied,
      '--queue',
      'bills',
      '--json',
      ...args,
    );

    const waybill = createWaybill({ policy: variedPolicy });
    expect(code).toBe(0);
    expect(JSON.parse(out)).toEqual(JSON.parse(JSON.stringify(waybill.explain('bills', options))));
    expect(JSON.parse(out)).not.toEqual(JSON.parse(JSON.stringify(waybill.explain('bills'))));
  });

  it('says that a policy switches Waybill off', async () => {
    const off = file('off.yaml', 'enabled: false\n');

    expect((await runCommand('policy', 'explain', off, '--queue', 'orders')).out).toBe(
      'orders: Waybill is switched off, by enabled: false or by WAYBILL_DISABLED.',
    );
  });

  it('tells what is wrong with the file instead', async () => {
    expect(await runCommand('policy', 'explain', wrong, '--queue', 'orders')).toEqual({
      code: 1,
      out: '',
      error: mistakes.join('\n'),
    });
  });
});

describe('waybill policy lint', () => {
  it('tells which rules can never hold, and what holds instead', async () => {
    const path = file(
      'dead.yaml',
      `queues:
  reports.*: {}
  reports.**: {}
  'aws.sqs:bills': {}
  'sqs:bills': {}
  'kafak:orders': {}
  '*': {}
`,
    );

    expect(await runCommand('policy', 'lint', path)).toEqual({
      code: 1,
      out: [
        `${path}:3:3: "reports.**" never holds: every queue that it matches goes by "reports.*". Leave one of them out.`,
        `${path}:5:3: "sqs:bills" never holds: every queue that it matches goes by "aws.sqs:bills". Leave one of them out.`,
        `${path}:6:3: "kafak:orders" never holds: "kafak" is no messaging system that is known (kafka, rabbitmq, bullmq, aws.sqs, sqs, handoff), so it matches only queues that have the colon in their names. Correct it, or name the system with --system.`,
      ].join('\n'),
      error: '',
    });
  });

  it('knows systems that it is told of, and speaks JSON', async () => {
    const path = file(
      'nats.yaml',
      "queues:\n  'nats:orders': {}\n  'nats:order?': {}\n  'nats:**': {}\n  'nats:*': {}\n",
    );

    const { code, out } = await runCommand('policy', 'lint', path, '--system', 'nats', '--json');

    expect(code).toBe(1);
    expect(JSON.parse(out)).toEqual([
      { place: `${path}:4:3`, rule: 'nats:**', because: expect.stringContaining('"nats:*"') },
    ]);
  });

  it('says that every rule can hold', async () => {
    expect(await runCommand('policy', 'lint', right)).toEqual({
      code: 0,
      out: `${right}: every rule can hold`,
      error: '',
    });
  });
});

describe('waybill, called in a wrong way', () => {
  it.each<[string[], RegExp]>([
    [[], /^No command was given\. \[WAYBILL_CLI_USAGE\]\n\nUsage:\n/],
    [['polcy', 'check'], /^There is no command "polcy check"\./],
    [['policy'], /^There is no command "policy"\./],
    [['policy', 'check'], /^The file is missing\. \[WAYBILL_CLI_USAGE\]\n\nUsage: waybill policy check FILE/],
    [['policy', 'check', right, '--jsn'], /^Unknown option '--jsn'/],
    [['policy', 'explain', '--queue', 'orders'], /^The file is missing\./],
    [['policy', 'explain', right], /^--queue is missing\./],
    [
      ['policy', 'explain', right, wrong, '--queue', 'orders'],
      /^There is one file at most; ".*wrong\.yaml" is another\./,
    ],
    [['policy', 'explain', right, '--queue', ''], /^--queue: "" is not the name of a queue\./],
    [['policy', 'explain', right, '--queue', 'orders', '--age'], /^Option '--age <value>' argument missing/],
    [
      ['policy', 'explain', right, '--queue', 'orders', '--age', 'soon', '--attempt', 'two', '--baggage', ''],
      /^--age: "soon" is not a duration\. .*\n--attempt: "two" is not the number of a delivery\. .*\n--baggage: \[""\] is not /,
    ],
    [['policy', 'lint'], /^The file is missing\./],
    [['policy', 'lint', right, right], /^There is one file at most;/],
  ])('%j: says so, and how', async (args, message) => {
    const { code, out, error } = await runCommand(...args);

    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(error).toMatch(message);
  });
});

describe('waybill --help', () => {
  it.each([['--help'], ['-h'], ['help']])('%s tells the commands', async (argument) => {
    const { code, out } = await runCommand(argument);

    expect(code).toBe(0);
    expect(out).toMatch(/waybill policy check .*\n.*waybill policy explain .*\n.*waybill policy lint /);
  });

  it.each(['check', 'explain', 'lint'])('tells of policy %s', async (name) => {
    const { code, out } = await runCommand('policy', name, '--help');

    expect(code).toBe(0);
    expect(out).toMatch(new RegExp(`^Usage: waybill policy ${name} FILE`));
    expect(out).toContain('Exit code: ');
  });
});

it.each([
  [['policy', 'check', right], 0],
  [['policy', 'check', wrong], 1],
  [['policy', 'chek'], 2],
])('the program with %j ends with the code %i', (args, code) => {
  const main = join(import.meta.dirname, '../src/main.ts');
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--no-warnings', main, ...args], {
    encoding: 'utf8',
  });

  expect(status).toBe(code);
  expect(code === 2 ? stderr : stdout).toMatch(/[^\n]\n$/);
  expect(code === 2 ? stdout : stderr).toBe('');
});
