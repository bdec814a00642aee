import { execFile } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type BrokerName, startBroker } from '@waybill/brokers';
import { packPackages } from '../../../scripts/publishing/pack-packages.ts';
import { runTool } from '../../../scripts/publishing/run-tool.ts';

const root = join(import.meta.dirname, '../../..');

/** The transports, and the broker of each. */
const transports: readonly (readonly [string, BrokerName])[] = [
  ['bullmq', 'redis'],
  ['kafka', 'kafka'],
  ['rabbitmq', 'rabbitmq'],
  ['golevelup', 'rabbitmq'],
];

const nest11: Readonly<Record<string, string>> = {
  '@nestjs/bullmq': '11.0.5',
  '@nestjs/common': '11.2.10',
  '@nestjs/core': '11.2.10',
  '@nestjs/microservices': '11.2.6',
  '@nestjs/platform-express': '11.2.10',
};

describe('with NestJS 12, an application on', () => {
  it.each(transports)(
    '%s hands trace and tenant on, retries, and links when it is late',
    async (name, broker) => {
      expect(await play(import.meta.dirname, name, broker)).toEqual(expected);
    },
  );
});

describe('with NestJS 11 and the packed packages, in a folder of its own, an application on', () => {
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'waybill-nest-11-'));
    await install(folder);
  }, 400_000);
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it.each(transports)('%s does the same', async (name, broker) => {
    expect(await play(join(folder, 'src'), name, broker)).toEqual(expected);
  });
});

const fresh = { parent: true, links: 0, relation: 'parent', reason: 'fresh', error: null };
const invoice = { ...fresh, queue: 'invoices', reason: 'rule' };

/** What became of the messages of each order, in the order in which they were handled. */
const expected = {
  'order-1': [
    { ...fresh, queue: 'orders', tenant: 'acme' },
    { ...invoice, tenant: 'acme' },
  ],
  'order-2': [
    { ...fresh, queue: 'orders', tenant: 'globex', error: 'RangeError' },
    // The second attempt also links to the first.
    { ...fresh, queue: 'orders', tenant: 'globex', links: 1 },
    { ...invoice, tenant: 'globex' },
  ],
  'order-3': [
    {
      queue: 'orders',
      tenant: 'initech',
      parent: false,
      links: 1,
      relation: 'link',
      reason: 'late',
      error: null,
    },
    { ...invoice, tenant: 'initech' },
  ],
};

/** A message as `--json` prints it. */
interface PrintedMessage {
  readonly order: string;
  readonly queue: string;
  readonly relation: string;
  readonly reason: string;
  readonly error: string | null;
  readonly parentSpanId: string | null;
  readonly links: readonly object[];
  readonly baggage: Readonly<Record<string, string>>;
}

async function play(directory: string, name: string, brokerName: BrokerName): Promise<object> {
  const broker = await startBroker(brokerName);
  const program = join(directory, 'main.ts');
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [program, name, '--json', '--url', broker.url],
    {
      env: { ...process.env, NODE_OPTIONS: '' },
    },
  ).finally(() => broker.stop());
  const { messages } = JSON.parse(stdout) as { messages: PrintedMessage[] };
  const orders = Object.groupBy(messages, ({ order }) => order);
  return Object.fromEntries(
    Object.entries(orders).map(([order, ofOrder = []]) => [
      order,
      ofOrder.map(({ queue, relation, reason, error, parentSpanId, links, baggage }) => ({
        queue,
        tenant: baggage['tenant.id'],
        parent: parentSpanId !== null,
        links: links.length,
        relation,
        reason,
        error,
      })),
    ]),
  );
}

/** Installs the example as a user would: with the packages as they are published, and NestJS 11. */
async function install(folder: string): Promise<void> {
  const packages = await packPackages(root, folder);
  const tarballs = Object.fromEntries(packages.map(({ name, tarball }) => [name, `file:${tarball}`]));
  await cp(import.meta.dirname, join(folder, 'src'), { recursive: true });
  const { dependencies, ...manifest } = JSON.parse(
    await readFile(join(import.meta.dirname, '../package.json'), 'utf8'),
  );
  const { '@waybill/brokers': _, ...used } = dependencies as Record<string, string>;
  const own = Object.keys(used).map((name) => [name, nest11[name] ?? tarballs[name] ?? used[name]]);
  const drawing = `link:${join(root, 'examples/demo')}`;
  await writeFile(
    join(folder, 'package.json'),
    JSON.stringify({
      ...manifest,
      devDependencies: {},
      dependencies: { ...Object.fromEntries(own), '@waybill/example-demo': drawing },
    }),
  );
  const catalog = /^catalog:\n(?: .*\n)+/m.exec(
    await readFile(join(root, 'pnpm-workspace.yaml'), 'utf8'),
  )?.[0];
  await writeFile(
    join(folder, 'pnpm-workspace.yaml'),
    `packages: ['.']\noverrides: ${JSON.stringify(tarballs)}\n${catalog}`,
  );
  await runTool('pnpm', ['install', '--prefer-offline', '--ignore-scripts'], folder);
}
