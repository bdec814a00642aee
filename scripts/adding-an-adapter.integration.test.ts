import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';

const root = join(import.meta.dirname, '..');

it('docs/adding-an-adapter.md begins with an adapter that runs, in less than 80 lines', () => {
  const page = readFileSync(join(root, 'docs/adding-an-adapter.md'), 'utf8');
  const [, adapter = ''] = /^```ts\n(.*?)^```$/ms.exec(page) ?? [];
  const program = `${adapter}
    import { context, trace } from '@opentelemetry/api';
    import { createWaybill } from '@waybill/core';
    import { startTestTelemetry } from './src/index.ts';
    const { spans } = await startTestTelemetry();
    const waybill = createWaybill();
    let deliver;
    const queue = {
      name: 'orders',
      send: async (message) => void deliver(message),
      consume: (handler) => void (deliver = handler),
    };
    const traced = traceQueue(queue, waybill);
    let headers;
    traced.consume((message) => void (headers = message.headers));
    const message = Object.freeze({ id: 'm-1', time: Date.now() });
    await traced.send(message);
    spans.named('process orders').only;
    spans.named('process orders').toBeChildOf(spans.named('send orders'));
    console.log(traced === queue, Object.keys(headers).join());
  `;

  const { stdout, stderr } = spawnSync(
    process.execPath,
    ['--input-type=module-typescript', '--eval', program],
    { cwd: join(root, 'packages/testing'), encoding: 'utf8' },
  );

  expect(stderr).toBe('');
  expect(stdout).toBe('true traceparent,waybill\n');
  expect(adapter.split('\n').length).toBeLessThan(80);
});
