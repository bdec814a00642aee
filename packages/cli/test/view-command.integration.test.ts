import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { runWaybill } from '../src/run-waybill.ts';
import { runCommand } from './run-command.ts';

const lines = readFileSync(join(import.meta.dirname, '../../../docs/journey/order-4711.jsonl'), 'utf8')
  .trim()
  .split('\n');

interface View {
  readonly url: string;
  readonly stop: () => Promise<number>;
}

const views: View[] = [];
afterEach(async () => {
  for (const { stop } of views.splice(0)) await stop();
});

/** Runs the command until it is stopped. */
async function view(...args: readonly string[]): Promise<View> {
  const stopped = Promise.withResolvers<void>();
  const listening = Promise.withResolvers<string>();
  const done = runWaybill(['view', '--port', '0', ...args], {
    out: (text) => listening.resolve(/Journeys are at (\S+?)\. /.exec(text)?.[1] ?? ''),
    error: (text) => listening.reject(new Error(text)),
    stopped: () => stopped.promise,
  });
  const started = {
    url: await listening.promise,
    stop: async () => {
      stopped.resolve();
      return await done;
    },
  };
  views.push(started);
  return started;
}

async function send(url: string, ...bodies: readonly string[]): Promise<void> {
  for (const body of bodies) {
    const headers = { 'content-type': 'application/json' };
    const { status } = await fetch(`${url}/v1/traces`, { method: 'POST', headers, body });
    expect(status).toBe(200);
  }
}

async function text(url: string): Promise<string> {
  return await (await fetch(url)).text();
}

describe('waybill view', () => {
  it('says where to send spans to, as long as there are none', async () => {
    const { url } = await view();
    const page = await text(url);
    expect(page).toContain('No spans have come in yet');
    expect(page).toContain(`OTEL_EXPORTER_OTLP_ENDPOINT=${url} node app.js`);
  });

  it('shows the journey that spans make, and the others beside it', async () => {
    const { url } = await view();
    await send(url, ...lines);
    await send(
      url,
      JSON.stringify(JSON.parse(lines[0] ?? '')).replaceAll(
        '4bf92f3577b34da6a3ce929d0e0e4736',
        'f'.repeat(32),
      ),
    );
    expect(await text(url)).toContain('<b>1 h 10 m</b> waiting');
    expect((await text(`${url}/content`)).match(/<a href="\?id=[0-9a-f]{32}"/g)).toHaveLength(2);
    expect(await text(`${url}/content?id=${'f'.repeat(32)}`)).toContain('no handling found');
    expect(await text(`${url}/content?id=c3d18a1e5b7f49c2a6de03f1b2479e58`)).toContain(
      '<b>1 h 10 m</b> waiting',
    );
    expect(await text(`${url}/content?id=none`)).toContain('There is no such journey');
  });

  it('tells the page when spans have come in', async () => {
    const { url } = await view();
    const { body, headers } = await fetch(`${url}/events`);
    expect(headers.get('content-type')).toBe('text/event-stream');
    await send(url, ...lines);
    let told = '';
    for await (const chunk of body ?? []) {
      told += Buffer.from(chunk).toString();
      if (told.includes('event: spans\n')) break;
    }
    expect(told).toContain('event: spans\n');
  });

  it('lets no other site show or read its page', async () => {
    const { url } = await view();
    const { headers } = await fetch(url);
    expect(headers.get('content-security-policy')).toBe("frame-ancestors 'none'");
    expect(headers.get('cross-origin-resource-policy')).toBe('same-origin');
    expect(headers.get('access-control-allow-origin')).toBeNull();
    expect(await text(url)).toContain("default-src 'none'; connect-src 'self'; script-src");
    const status = (host: string) =>
      new Promise((resolve) =>
        request(url, { headers: { host } }, (answer) => resolve(answer.statusCode)).end(),
      );
    expect(await status('shop.example')).toBe(403);
    expect(await status('localhost')).toBe(200);
  });

  it('has nothing else', async () => {
    const { url } = await view();
    expect((await fetch(`${url}/package.json`)).status).toBe(404);
    expect((await fetch(url, { method: 'POST' })).status).toBe(404);
    expect((await fetch(`${url}/constructor`)).status).toBe(404);
  });

  it('tells that spans had to make room', async () => {
    const { url } = await view('--spans', '3');
    await send(url, ...lines);
    expect(await text(url)).toContain('spans of older traces had to make room.');
  });

  it('ends when it is asked to, also with a page open', async () => {
    const { url, stop } = await view();
    const { body } = await fetch(`${url}/events`);
    expect(await stop()).toBe(0);
    for await (const _ of body ?? []);
    await expect(fetch(url)).rejects.toThrow();
  });

  it('ends by Ctrl+C', async () => {
    const main = join(import.meta.dirname, '../src/main.ts');
    const child = spawn(process.execPath, [main, 'view', '--port', '0'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const exit = once(child, 'exit');
    await once(child.stdout, 'data');
    child.kill('SIGINT');
    expect(await exit).toEqual([0, null]);
  });

  it('tells that its port is taken', async () => {
    const { url } = await view();
    const { code, error } = await runCommand('view', '--port', new URL(url).port);
    expect([code, error]).toEqual([1, expect.stringMatching(/EADDRINUSE.*Name another port/)]);
  });

  it.each([
    [['spans.json'], 'It takes options only, not "spans.json".'],
    [['--port', '70000'], '--port "70000" is no port.'],
    [['--spans', 'all'], '--spans "all" is no number from 1.'],
  ])('does not take %j', async (args, message) => {
    const { code, error } = await runCommand('view', ...args);
    expect([code, error]).toEqual([2, expect.stringContaining(message)]);
  });
});
