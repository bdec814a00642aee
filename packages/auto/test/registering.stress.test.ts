import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { startFauxqs } from 'fauxqs';
import { type Ran, runProgram } from './run-program.ts';

const register = ['--import', '@waybill/auto/register'];

let server: Awaited<ReturnType<typeof startFauxqs>>;
let directory: string;
beforeAll(async () => {
  server = await startFauxqs({ port: 0, logger: false });
  directory = await mkdtemp(join(tmpdir(), 'waybill-auto-'));
});
// What an earlier program sent is not what a later one handles.
beforeEach(() => server.reset());
afterAll(async () => {
  await server.stop();
  await rm(directory, { recursive: true });
});

const esModule = "import * as sdk from '@aws-sdk/client-sqs'; import { report } from './telemetry.cjs';";
const commonJs = "const sdk = require('@aws-sdk/client-sqs'); const { report } = require('./telemetry.cjs');";
const sending = `
  const { SQSClient, CreateQueueCommand, SendMessageCommand } = sdk;
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const client = new SQSClient({ endpoint: process.env.BROKER_URL, region: 'us-east-1', credentials });
  const queue = client.send(new CreateQueueCommand({ QueueName: 'orders' }));
  const sent = queue.then(({ QueueUrl }) => client.send(new SendMessageCommand({ QueueUrl, MessageBody: 'one' })));
  sent.then(() => report());
`;

describe('a program that sends a message is traced', () => {
  it.each([
    ['by --import, in ES modules', register, '', 'module', esModule],
    ['by --import, in CommonJS', register, '', 'commonjs', commonJs],
    ['by --import, in TypeScript', register, '', 'module-typescript', `${esModule} const all: object = sdk;`],
    ['by --require, in ES modules', ['--require', '@waybill/auto/register'], '', 'module', esModule],
    ['by --require, in CommonJS', ['--require', '@waybill/auto/register'], '', 'commonjs', commonJs],
    ['once by both', ['--require', '@waybill/auto/register', ...register], '', 'module', esModule],
    ['by registerInstrumentations', [], 'registerInstrumentations', 'commonjs', commonJs],
    ['by NodeSDK', [], 'NodeSDK', 'commonjs', commonJs],
  ])('%s', async (_, options, SDK, type, imports) => {
    const { spans, warnings, stderr } = await run(options, `${imports} ${sending}`, { type, SDK });

    expect(spans.map(({ name, scope }) => [name, scope.name])).toEqual([['send orders', '@waybill/sqs']]);
    expect({ warnings, stderr }).toEqual({ warnings: [], stderr: '' });
  });
});

it('measures with the meter provider that registerInstrumentations passes', async () => {
  const program = `const { measured } = require('./telemetry.cjs'); ${commonJs} ${sending}`.replace(
    'report()',
    'measured().then((names) => report({ names }))',
  );
  const { names } = await run([], program, { type: 'commonjs', SDK: 'registerInstrumentations' });

  expect(names).toContain('messaging.client.sent.messages');
});

it('loads neither clients that a program does not use nor what traces them', async () => {
  const loaded = `const loaded = () => Object.keys(require.cache).map((file) =>
    /\\/packages\\/(?!auto)([^/]+)\\/|node_modules\\/(kafkajs|amqplib|bullmq|@aws-sdk\\/client-sqs)\\//.exec(file)?.slice(1));
    const names = () => [...new Set(loaded().flat().filter((name) => name !== undefined))].sort();`;
  const ran = await run(
    register,
    `${loaded} const { report } = require('./telemetry.cjs'); const atStart = names();
     const { Kafka } = require('kafkajs'); const whenLoaded = names();
     new Kafka({ brokers: ['none:9092'] }).producer(); report({ atStart, whenLoaded, whenUsed: names() });`,
    { type: 'commonjs' },
  );

  expect(ran).toMatchObject({
    atStart: [],
    whenLoaded: ['kafkajs'],
    whenUsed: ['core', 'kafkajs'],
  });
});

it('leaves a client as it is whose adapter is not installed, and says once what to install', async () => {
  const uninstall = `import { Module } from 'node:module'; const resolve = Module._resolveFilename;
    Module._resolveFilename = (name, ...rest) => resolve(name === '@waybill/sqs' ? 'none' : name, ...rest);`;
  const { spans, warnings } = await run(register, `${uninstall} ${esModule} new sdk.SQSClient(); ${sending}`);

  expect(spans).toEqual([]);
  expect(warnings).toEqual([
    '@waybill/auto @aws-sdk/client-sqs is used, but not traced, as @waybill/sqs is not installed. Install @waybill/sqs. [WAYBILL_AUTO_NO_ADAPTER]',
  ]);
});

it('traces no client that is made while it is disabled', async () => {
  const program = `${commonJs}
    const traced = () => Symbol.for('waybill.traced') in new sdk.SQSClient();
    const made = [traced()]; instrumentation.disable(); made.push(traced());
    instrumentation.enable(); made.push(traced()); report({ made });`;
  const preload = join(directory, 'preload.cjs');
  await writeFile(
    preload,
    `const { WaybillInstrumentation } = require(${JSON.stringify(join(import.meta.dirname, '../src/index.ts'))});
     globalThis.instrumentation = new WaybillInstrumentation();`,
  );
  const { made } = await run(['--require', preload], program, { type: 'commonjs' });

  expect(made).toEqual([true, false, true]);
});

it('gives a program the classes that it would have', async () => {
  const { seen } = await run(
    register,
    `${esModule} import bullmq, { Queue, Worker } from 'bullmq'; import { createRequire } from 'node:module';
     class Mine extends sdk.SQSClient { static kind = 'mine'; constructor(...all) { super(...all); this.own = true; } }
     const mine = new Mine();
     report({ seen: {
       name: Worker.name, length: Worker.length, statics: Object.keys(sdk.SQS).length,
       instance: [mine instanceof Mine, mine instanceof sdk.SQSClient, new sdk.SQS() instanceof sdk.SQSClient],
       own: [mine.own, mine.constructor === Mine, Mine.kind],
       traced: Symbol.for('waybill.traced') in mine,
       sameForRequire: createRequire('${import.meta.filename}')('bullmq').Queue === Queue && bullmq.Queue === Queue,
     } });`,
  );

  expect(seen).toEqual({
    name: 'Worker',
    length: 4,
    statics: 0,
    instance: [true, true, true],
    own: [true, true, 'mine'],
    traced: true,
    sameForRequire: true,
  });
});

describe('the policy', () => {
  const consuming = `${esModule} import { Consumer } from 'sqs-consumer'; ${sending}
    const { QueueUrl: queueUrl } = await queue;
    const consumer = Consumer.create({ queueUrl, sqs: client, handleMessage: async (message) => message });
    consumer.on('message_processed', () => consumer.stop()); consumer.start();
    await new Promise((resolve) => consumer.on('stopped', resolve));`.replace(
    'sent.then(() => report());',
    '',
  );

  // As where that package is not installed, which is the other way that the file is read.
  const uninstall = pathToFileURL(join(import.meta.dirname, 'without-policy-file.cjs')).href;
  const ways = [
    ['with @waybill/policy-file', []],
    ['without it', ['--import', uninstall]],
  ] as const;

  describe.each(ways)('%s', (_way, options) => {
    it.each([
      ['has handlers join the traces of their messages if none is named', '', 'parent'],
      ['is that of the file that is named', '{"queues":{"orders":{"relation":"link"}}}', 'link'],
    ])('%s', async (_, policy, relation) => {
      const WAYBILL_POLICY_FILE = policy === '' ? '' : await policyFile(policy);
      const { spans } = await run([...options, ...register], `${consuming} report();`, {
        WAYBILL_POLICY_FILE,
      });

      const [processed] = spans.filter(({ name }) => name === 'process orders');
      expect(processed?.attributes['waybill.relation']).toBe(relation);
    });

    it('stops a program at its start when the file is wrong', async () => {
      const WAYBILL_POLICY_FILE = await policyFile('{"linkAfter":"soon"}');
      await expect(run([...options, ...register], 'report();', { WAYBILL_POLICY_FILE })).rejects.toThrow(
        /policy\.json[\s\S]*linkAfter: "soon" is not a duration\. Write/,
      );
    });

    it('stops a program at its start when the file is not there', async () => {
      const WAYBILL_POLICY_FILE = join(directory, 'none.json');
      await expect(run([...options, ...register], 'report();', { WAYBILL_POLICY_FILE })).rejects.toThrow(
        /none\.json: (ENOENT|there is no such file)/,
      );
    });
  });

  it('is read from YAML with @waybill/policy-file, and is said to be read by that without it', async () => {
    const WAYBILL_POLICY_FILE = await policyFile('queues: { orders: { relation: none } }');
    const { spans } = await run(register, `${consuming} report();`, { WAYBILL_POLICY_FILE });
    const [processed] = spans.filter(({ name }) => name === 'process orders');
    expect(processed?.attributes['waybill.relation']).toBe('none');

    const without = run(['--import', uninstall, ...register], 'report();', { WAYBILL_POLICY_FILE });
    await expect(without).rejects.toThrow(/policy\.json: .* Write JSON, .*@waybill\/policy-file/);
  });

  async function policyFile(text: string): Promise<string> {
    const file = join(directory, 'policy.json');
    await writeFile(file, text);
    return file;
  }
});

it('says of a bundle which clients are inside of it, and to wrap them', async () => {
  const source = join(directory, 'service.mjs');
  await writeFile(
    source,
    `import { createRequire } from 'node:module'; import { Kafka } from 'kafkajs'; import { connect } from 'amqplib'; console.error(Kafka, connect);
     setImmediate(() => createRequire(import.meta.url)(${JSON.stringify(join(import.meta.dirname, 'telemetry.cjs'))}).report());`,
  );
  const config = join(directory, 'tsdown.config.mjs');
  const deps = { alwaysBundle: ['kafkajs', 'amqplib'], onlyBundle: false };
  const options = {
    entry: [source],
    outDir: directory,
    clean: false,
    platform: 'node',
    minify: true,
    dts: false,
  };
  const resolved = `createRequire(${JSON.stringify(import.meta.filename)}).resolve`;
  await writeFile(
    config,
    `import { createRequire } from 'node:module'; const resolve = ${resolved};
     const alias = { kafkajs: resolve('kafkajs'), amqplib: resolve('amqplib') };
     export default { ...${JSON.stringify({ ...options, deps })}, alias, outExtensions: () => ({ js: '.bundle.mjs' }) };`,
  );
  await promisify(execFile)('tsdown', ['--config', config], { cwd: directory });
  const bundle = join(directory, 'service.bundle.mjs');

  // Immediates run in the order in which they were set; a timer may come before what registering has set.
  const { warnings } = await runProgram(register, bundle);

  expect(warnings).toEqual([
    `@waybill/auto Clients of kafkajs, amqplib cannot be traced inside of the bundle ${bundle}. Have the bundler leave these modules out as external and install them, or wrap the clients in the program's code with @waybill/kafkajs, @waybill/amqplib. [WAYBILL_AUTO_BUNDLED]`,
  ]);
});

interface Environment {
  readonly type?: string;
  readonly [variable: string]: string;
}

/** Runs the text of a program in this folder. */
function run(
  options: readonly string[],
  text: string,
  { type = 'module', ...more }: Environment = {},
): Promise<Ran> {
  const environment = { BROKER_URL: server.address, AWS_REGION: 'us-east-1', ...more };
  return runProgram([...options, `--input-type=${type}`, '--eval'], text, [], environment);
}
