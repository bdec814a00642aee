import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { runCommand } from './run-command.ts';

const directory = mkdtempSync(join(tmpdir(), 'waybill-journey-server-'));
const file = join(directory, 'spans.json');
const producer = '4bf92f3577b34da6a3ce929d0e0e4736';
const noon = Date.UTC(2026, 0, 1, 12);

function span(name: string, traceId: string, spanId: string, at: number, more: object = {}): object {
  return {
    traceId,
    spanId,
    name,
    kind: name.startsWith('send') ? 4 : 5,
    startTimeUnixNano: `${noon + at}000000`,
    endTimeUnixNano: `${noon + at + 10}000000`,
    attributes: [{ key: 'messaging.destination.name', value: { stringValue: name.split(' ')[1] } }],
    ...more,
  };
}

const client = new Client({ name: 'test', version: '1.0.0' });

beforeAll(async () => {
  const spans = [
    span('send orders', producer, '00f067aa0ba902b7', 0),
    span('process orders', producer, 'b7ad6b7169203331', 120_000, { parentSpanId: '00f067aa0ba902b7' }),
    span('send mails', '0af7651916cd43dd8448eb211c80319c', 'b7ad6b7169203332', 200_000),
  ];
  writeFileSync(file, JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans }] }] }));
  await client.connect(
    new StdioClientTransport({
      command: process.execPath,
      args: [join(import.meta.dirname, '../src/main.ts'), 'journey', '--mcp', '--from', file],
      stderr: 'inherit',
    }),
  );
});

afterAll(async () => {
  await client.close();
  rmSync(directory, { recursive: true, force: true });
});

async function call(name: string, args: Record<string, unknown> = {}): Promise<[string, boolean]> {
  const { content, isError } = await client.callTool({ name, arguments: args });
  const [first] = content as { text: string }[];
  return [first?.text ?? '', isError === true];
}

describe('waybill journey --mcp', () => {
  it('offers three tools that only read', async () => {
    const { tools } = await client.listTools();
    expect(tools.map(({ name, annotations }) => [name, annotations?.readOnlyHint])).toEqual([
      ['find_journeys', true],
      ['show_journey', true],
      ['diagnose', true],
    ]);
  });

  it('finds journeys, the latest first', async () => {
    const all = JSON.parse((await call('find_journeys'))[0]);
    expect(all).toMatchObject({
      more: 0,
      journeys: [
        { id: '0af7651916cd43dd8448eb211c80319c', messages: 0, missing: 1 },
        { id: producer, queues: ['orders'], messages: 1, longestWait: 119_990, traces: 1, spans: 2 },
      ],
    });
    const orders = JSON.parse((await call('find_journeys', { query: 'ORDERS' }))[0]);
    expect(orders.journeys.map(({ id }: { id: string }) => id)).toEqual([producer]);
    expect(JSON.parse((await call('find_journeys', { limit: 1 }))[0])).toMatchObject({ more: 1 });
  });

  it('shows a journey as the command draws it', async () => {
    const { out } = await runCommand('journey', producer, '--from', file, '--width', '80');
    expect(await call('show_journey', { id: producer, width: 80 })).toEqual([out, false]);
    expect(await call('show_journey', { id: 'none' })).toEqual(['There is no journey "none".', false]);
  });

  it('diagnoses', async () => {
    const { out } = await runCommand('doctor', '--from', file);
    expect(out).toContain('warning late-child');
    expect(await call('diagnose')).toEqual([out, false]);
    expect((await call('diagnose', { lateAfterSeconds: 600 }))[0]).not.toContain('late-child');
  });

  it('tells what it does not take, and goes on', async () => {
    const [text, isError] = await call('show_journey', { width: 80 });
    expect([text, isError]).toEqual([expect.stringContaining('id'), true]);
    expect((await call('find_journeys'))[1]).toBe(false);
  });

  it('tells that the source cannot be read, and goes on', async () => {
    rmSync(file);
    const [text, isError] = await call('find_journeys');
    expect([text, isError]).toEqual([expect.stringContaining('cannot be read: ENOENT'), true]);
  });
});

it('takes no id beside --mcp', async () => {
  expect(await runCommand('journey', 'm1', '--mcp', '--from', file)).toMatchObject({
    code: 2,
    error: expect.stringContaining('--mcp takes no id'),
  });
});
