import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';

const queue = (name: string): string =>
  `{ provide: 'BullQueue_${name}', useValue: { name: '${name}', async add() {}, async addBulk() {} } }`;
const [withoutQueues, withQueues] = run(
  'providers: []',
  `providers: [${queue('orders')}, ${queue('invoices')}]`,
);

it('WaybillModule loads no adapter of a client that the application does not have', () => {
  expect(withoutQueues).toEqual({ resolved: [], warnings: [] });
});

it('WaybillModule says once what to install for a client that it has', () => {
  const { resolved, warnings } = withQueues ?? {};
  expect(resolved).toEqual(['@waybill/bullmq']);
  expect(warnings).toEqual([expect.stringContaining('Install @waybill/bullmq. [WAYBILL_NEST_NO_ADAPTER]')]);
});

/** Starts applications one after the other in a process where no adapter is installed, and tells what each looked for. */
function run(...modules: string[]): { readonly resolved: string[]; readonly warnings: string[] }[] {
  const program = `
    import { registerHooks } from 'node:module';
    const resolved = new Set();
    registerHooks({
      resolve(specifier, context, next) {
        if (!/^(@waybill\\/(bullmq|kafkajs|amqplib)|bullmq|kafkajs|amqplib)$/.test(specifier)) return next(specifier, context);
        resolved.add(specifier);
        throw Object.assign(new Error('not found'), { code: 'ERR_MODULE_NOT_FOUND' });
      },
    });
    const { Module } = await import('@nestjs/common');
    const { NestFactory } = await import('@nestjs/core');
    const { diag } = await import('@opentelemetry/api');
    const { WaybillModule } = await import('./src/index.ts');
    await import('@nestjs/platform-express');
    const warnings = [];
    const ignore = () => undefined;
    diag.setLogger({ warn: (_, text) => warnings.push(text), error: ignore, info: ignore, debug: ignore, verbose: ignore });
    const found = [];
    for (const metadata of [${modules.map((metadata) => `{ ${metadata} }`)}]) {
      class App {}
      Module({ imports: [WaybillModule.forRoot({})], ...metadata })(App);
      await NestFactory.createApplicationContext(App, { logger: false, abortOnError: false });
      found.push({ resolved: [...resolved], warnings: [...warnings] });
    }
    console.log(JSON.stringify(found));
  `;
  const { stdout, stderr } = spawnSync(
    process.execPath,
    ['--input-type=module-typescript', '--eval', program],
    { cwd: join(import.meta.dirname, '..'), encoding: 'utf8', env: { ...process.env, NODE_OPTIONS: '' } },
  );
  if (stdout === '') throw new Error(stderr);
  return JSON.parse(stdout);
}
