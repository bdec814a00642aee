import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { copyFile, cp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { startFauxqs } from 'fauxqs';
import { JSDOM } from 'jsdom';
import { runTool } from '../publishing/run-tool.ts';
import { openTelemetryLines } from './open-telemetry-lines.ts';
import { installConsumer, packedPackages, peers } from './packed-packages.ts';

const root = join(import.meta.dirname, '../..');

const { directory, packages } = packedPackages();

describe.each(openTelemetryLines)('with $title', ({ title, dependencies }) => {
  let consumer: string;

  beforeAll(async () => {
    consumer = join(directory, title.replaceAll(/\W/g, '-'));
    await installConsumer(consumer, { ...dependencies, ...peers });
  });

  it('says which peer is missing by a code of Node.js, which docs/errors.md explains', async () => {
    const alone = join(directory, 'alone');
    const copy = join(alone, 'node_modules/@waybill/core');
    await cp(join(consumer, 'node_modules/@waybill/core'), copy, { recursive: true, dereference: true });
    const { stderr } = spawnSync(
      process.execPath,
      ['--input-type=module', '--eval', "import '@waybill/core'"],
      {
        cwd: alone,
        encoding: 'utf8',
      },
    );

    expect(stderr).toContain("[ERR_MODULE_NOT_FOUND]: Cannot find package '@opentelemetry/api'");
    expect(readFileSync(join(root, 'docs/errors.md'), 'utf8')).toContain('\n### ERR_MODULE_NOT_FOUND\n');
  });

  it('imports every entry point from ES modules', async () => {
    await expect(
      run(
        'import.mjs',
        entryPoints().map((name) => `await import('${name}');`),
      ),
    ).resolves.toBe('');
  });

  it('requires every entry point from CommonJS', async () => {
    await expect(
      run(
        'require.cjs',
        entryPoints().map((name) => `require('${name}');`),
      ),
    ).resolves.toBe('');
  });

  it.each([
    ['ES modules', 'esm.mjs'],
    ['CommonJS', 'commonjs.cjs'],
    ['ES modules with a CommonJS adapter', 'mixed.mjs'],
  ])('carries a trace and baggage through SQS from %s', async (_, program) => {
    const server = await startFauxqs({ port: 0, logger: false });
    try {
      const output = await runTool(process.execPath, [program], consumer, { SQS_ENDPOINT: server.address });
      expect(JSON.parse(output)).toEqual({
        handled: { body: 'hello', tenant: 'acme' },
        instrumentedBy: { name: '@waybill/sqs', version: versionOf('@waybill/sqs') },
        isChildOfSend: true,
      });
    } finally {
      await server.stop();
    }
  });

  it('has the program waybill', async () => {
    await writeFile(join(consumer, 'waybill.policy.yaml'), 'queues:\n  orders: { relation: link }\n');
    const waybill = join(consumer, 'node_modules/.bin/waybill');
    const explain = ['policy', 'explain', 'waybill.policy.yaml', '--queue', 'orders', '--json'];
    await expect(runTool(waybill, ['policy', 'check', 'waybill.policy.yaml'], consumer)).resolves.toBe(
      'waybill.policy.yaml: right, with 1 rule\n',
    );
    expect(JSON.parse(await runTool(waybill, explain, consumer)).consume.relation).toBe('link');
    await expect(runTool(waybill, ['policy', 'check', 'no.yaml'], consumer)).rejects.toThrow(
      'no.yaml: there is no such file.',
    );
  });

  it('draws a journey as a page', async () => {
    const spans = join(root, 'docs/journey/order-4711.jsonl');
    const waybill = join(consumer, 'node_modules/.bin/waybill');
    await runTool(waybill, ['journey', 'order-4711', '--from', spans, '--html', 'journey.html'], consumer);
    const page = readFileSync(join(consumer, 'journey.html'), 'utf8');
    // Its script is written into it as it was built.
    const { document } = new JSDOM(page, { runScripts: 'dangerously', url: 'http://localhost/#r3w' }).window;
    expect(document.querySelector('#details h2')?.textContent).toBe('Waited 1 h');
  });

  it.each(['policy.mjs', 'policy.cjs'])(
    'reads a policy out of a file of OpenTelemetry with %s',
    async (file) => {
      await writeFile(join(consumer, 'otel.yaml'), otelConfiguration);
      const load = file.endsWith('.mjs')
        ? "import { loadPolicy } from '@waybill/policy-file';"
        : "const { loadPolicy } = require('@waybill/policy-file');";
      const output = run(file, [load, "console.log(loadPolicy('otel.yaml').linkAfter);"]);
      // It is read by an optional peer, which only the line 3.x has.
      if ('@opentelemetry/configuration' in dependencies) await expect(output).resolves.toBe('7m\n');
      else await expect(output).rejects.toThrow('Install it beside @waybill/policy-file.');
    },
  );

  it('has the JSON Schema of policies', async () => {
    await expect(
      run('schema.cjs', ["console.log(require('@waybill/policy-file/schema/waybill.policy.json').title);"]),
    ).resolves.toBe('Waybill policy\n');
  });

  it.each([
    [['--import'], 'bare.mjs'],
    [['--import'], 'bare.cjs'],
    [['--require'], 'bare.mjs'],
    [['--require'], 'bare.cjs'],
    [['--require', '--import'], 'bare.mjs'],
  ])('traces a program without Waybill, and warns of nothing, by %j: %s', async (options, program) => {
    const register = options.flatMap((option) => [option, '@waybill/auto/register']);
    const warnings = join(consumer, `warnings-of-${options.join('')}-${program}`);
    await expect(
      runTool(process.execPath, [`--redirect-warnings=${warnings}`, ...register, program], consumer),
    ).resolves.toBe('true true\n');
    expect(existsSync(warnings) ? readFileSync(warnings, 'utf8') : '').toBe('');
  });

  it('traces what tests make under Jest, in CommonJS and in ES modules', async () => {
    const environment = { NODE_OPTIONS: '--experimental-vm-modules --no-warnings' };
    const jest = join(consumer, 'node_modules/jest/bin/jest.js');
    const output = await runTool(process.execPath, [jest, '--ci', '--json'], consumer, environment);
    expect(JSON.parse(output)).toMatchObject({ numPassedTests: 4, numTotalTests: 4 });
  });

  it.each(['nodenext.json', 'bundler.json'])(
    'type-checks a program and every declaration under %s',
    async (tsconfig) => {
      await writeFile(join(consumer, 'all.mts'), importAll());
      await Promise.all(
        ['all', 'typed'].flatMap((program) =>
          ['ts', 'cts'].map((type) =>
            copyFile(join(consumer, `${program}.mts`), join(consumer, `${program}.${type}`)),
          ),
        ),
      );
      await expect(runTool('tsc', ['--project', tsconfig], consumer)).resolves.toBe('');
    },
    60_000,
  );

  it('type-checks under TypeScript 5.9 with "module": "commonjs", which knows no exports', async () => {
    await writeFile(join(consumer, 'all.ts'), importAll());
    await copyFile(join(consumer, 'typed.mts'), join(consumer, 'typed.ts'));
    const tsc = join(consumer, 'node_modules/typescript/bin/tsc');
    await expect(runTool(process.execPath, [tsc, '--project', 'commonjs.json'], consumer)).resolves.toBe('');
  });

  async function run(file: string, lines: readonly string[]): Promise<string> {
    await writeFile(join(consumer, file), lines.join('\n'));
    return runTool(process.execPath, [file], consumer);
  }
});

const otelConfiguration = `file_format: "1.1"
instrumentation/development:
  js:
    waybill:
      policy:
        linkAfter: \${LINK_AFTER:-7m}
`;

function entryPoints(): string[] {
  return packages.flatMap(({ name, entryPoints: subpaths }) =>
    subpaths.map((subpath) => name + subpath.slice('.'.length)),
  );
}

function importAll(): string {
  const imports = entryPoints().map((name, index) => `import * as entry${index} from '${name}';`);
  const names = entryPoints().map((_, index) => `entry${index}`);
  return [...imports, `export const all: unknown[] = [${names.join(', ')}];`].join('\n');
}

function versionOf(packageName: string): string | undefined {
  return packages.find(({ name }) => name === packageName)?.version;
}
