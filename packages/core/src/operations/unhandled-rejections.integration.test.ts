import { spawnSync } from 'node:child_process';
import { expect, it } from '@jest/globals';

it('rejections that nobody handles stay unhandled', () => {
  const script = `
    import { createWaybill } from './src/index.ts';
    import { instrumenterOf } from './src/adapter.ts';
    import { fakeAdapter } from './test/test-bed.ts';
    import { FakeOutgoing, incoming } from './test/fake-messages.ts';
    process.on('unhandledRejection', (error) => console.log(error.message));
    const fails = (what) => () => Promise.reject(new Error(what));
    const messages = [incoming()];
    const instrumenter = instrumenterOf(createWaybill(), fakeAdapter);
    instrumenter.process({ messages, batch: false }, fails('handler'));
    const withMiddleware = createWaybill().use({ consume: (_, next) => next() });
    instrumenterOf(withMiddleware, fakeAdapter).process({ messages, batch: false }, fails('handler behind middleware'));
    instrumenter.publish({ messages: [new FakeOutgoing()], batch: false, completes: 'promise', invoke: fails('send') });
    const destination = { destination: 'orders', queueKey: 'orders' };
    instrumenter.receive({ ...destination, invoke: fails('receive'), messages: () => [] });
    instrumenter.settle({ ...destination, operation: 'ack', receipts: [1], batch: false, invoke: fails('settlement') });
  `;

  expect(linesOf(script).sort()).toEqual([
    'handler',
    'handler behind middleware',
    'receive',
    'send',
    'settlement',
  ]);
});

it('an unhandled failure is reported by the process once, whatever the middleware', () => {
  const middleware = [
    '(_, next) => { next(); }',
    'async (_, next) => { next(); }',
    'async (_, next) => { next(); await new Promise(setImmediate); }',
    'async (_, next) => { await next(); }',
  ];
  const script = `
    import { createWaybill } from './src/index.ts';
    import { instrumenterOf } from './src/adapter.ts';
    import { fakeAdapter } from './test/test-bed.ts';
    import { incoming } from './test/fake-messages.ts';
    process.on('unhandledRejection', (error) => console.log(error.message));
    for (const [index, consume] of [${middleware}].entries()) {
      const waybill = createWaybill().use({ consume });
      instrumenterOf(waybill, fakeAdapter).process({ messages: [incoming()], batch: false }, async () => {
        throw new Error(\`not handled: \${index}\`);
      });
    }
  `;

  expect(linesOf(script).sort()).toEqual(middleware.map((_, index) => `not handled: ${index}`));
});

/** What a program in the folder of the package prints, one that says nothing to stderr. */
function linesOf(script: string): string[] {
  const { stdout, stderr } = spawnSync(
    process.execPath,
    ['--input-type=module-typescript', '--eval', script],
    { cwd: new URL('../..', import.meta.url), encoding: 'utf8' },
  );
  expect(stderr).toBe('');
  return stdout.trim().split('\n');
}
