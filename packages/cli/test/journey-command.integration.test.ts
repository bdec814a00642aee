import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { stripVTControlCharacters } from 'node:util';
import { afterAll, afterEach, describe, expect, it } from '@jest/globals';
import { runWaybill } from '../src/run-waybill.ts';
import { runCommand } from './run-command.ts';

const directory = mkdtempSync(join(tmpdir(), 'waybill-journey-command-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const producer = '4bf92f3577b34da6a3ce929d0e0e4736';
const consumer = '0af7651916cd43dd8448eb211c80319c';
const journeyId = { key: 'waybill.journey.id', value: { stringValue: producer } };

/** Nanoseconds after noon. */
function at(ms: number): string {
  return `${Date.UTC(2026, 0, 1, 12) + ms}000000`;
}

const sent = {
  traceId: producer,
  spanId: '00f067aa0ba902b7',
  name: 'send orders',
  kind: 4,
  startTimeUnixNano: at(0),
  endTimeUnixNano: at(20),
  attributes: [journeyId],
};
const handled = {
  traceId: consumer,
  spanId: 'b7ad6b7169203331',
  name: 'process orders',
  kind: 5,
  startTimeUnixNano: at(3_600_020),
  endTimeUnixNano: at(3_600_060),
  attributes: [
    journeyId,
    { key: 'messaging.message.id', value: { stringValue: 'm1' } },
    { key: 'waybill.relation', value: { stringValue: 'link' } },
    { key: 'waybill.relation.reason', value: { stringValue: 'late' } },
    { key: 'waybill.relation.rule', value: { stringValue: 'orders' } },
  ],
  links: [{ traceId: producer, spanId: '00f067aa0ba902b7', attributes: [] }],
};
const file = join(directory, 'spans.jsonl');
writeFileSync(file, [exported('shop', sent), exported('billing', handled), '{"resourceSp'].join('\n'));

function exported(service: string, span: unknown): string {
  const resource = { attributes: [{ key: 'service.name', value: { stringValue: service } }] };
  return JSON.stringify({ resourceSpans: [{ resource, scopeSpans: [{ spans: [span] }] }] });
}

/** Waits until there is a file, for as long as the test may take. */
async function appears(path: string): Promise<void> {
  while (!existsSync(path)) await setTimeout(5);
}

const picture = readFileSync(join(import.meta.dirname, 'late-order.txt'), 'utf8').trimEnd();

describe("the demo's shop, as its SDK wrote it to a file", () => {
  const shop = join(import.meta.dirname, 'shop.jsonl');

  it.each([
    ['the late consumer', '1990df3eaaebeb801ab5bb53a92e8632'],
    ['the producer', '43987ed72e6fb145e3da291c2e700bc7'],
  ])('is drawn from the trace of %s', async (_, id) => {
    const { out } = await runCommand('journey', id, '--from', shop, '--width', '100');
    expect(out).toBe(readFileSync(join(import.meta.dirname, 'shop.txt'), 'utf8').trimEnd());
  });
});

describe('waybill journey', () => {
  it.each([
    ['the trace of the producer, which is the id of the journey', producer],
    ['the trace of the late consumer', consumer],
    ['the message', 'm1'],
  ])('draws the same by the id of %s', async (_, id) => {
    expect(await runCommand('journey', id, '--from', file, '--width', '80')).toEqual({
      code: 0,
      out: picture,
      error: `${file}: 1 line could not be read.`,
    });
  });

  it('takes width and colours from the terminal', async () => {
    const out: string[] = [];
    const terminal = { columns: 120, hasColours: true };
    await runWaybill(['journey', 'm1', '--from', file], {
      out: (text) => out.push(text),
      error: () => undefined,
      terminal,
      stopped: () => Promise.resolve(),
    });
    expect(out.join('\n')).toContain('\u001b[36m█');
    const lines = stripVTControlCharacters(out.join('\n')).split('\n');
    expect(Math.max(...lines.map((line) => line.length))).toBe(120);
  });

  it('gives the journey as data', async () => {
    const { out } = await runCommand('journey', 'm1', '--from', file, '--json');
    const { journey, unreadTraces } = JSON.parse(out);
    expect(unreadTraces).toBe(0);
    expect(journey.traces).toHaveLength(2);
    expect(journey.hops).toMatchObject([
      {
        decision: { relation: 'link', reason: 'late', rule: 'orders' },
        wait: { parts: [{ what: 'queue', duration: 3_600_000 }] },
      },
    ]);
  });

  it('writes the journey as a page, and tells where', async () => {
    const page = join(directory, 'journey.html');
    expect(await runCommand('journey', 'm1', '--from', file, '--html', page)).toMatchObject({
      code: 0,
      out: page,
    });
    expect(readFileSync(page, 'utf8')).toMatch(
      /^<!doctype html>.*<h1>send orders<\/h1>.*<b>1 h<\/b> waiting/s,
    );
    const { error } = await runCommand('journey', 'm1', '--from', file, '--traces', '1', '--html', page);
    expect(error).toContain('1 more traces were not read');
    expect(readFileSync(page, 'utf8')).toContain(
      '<li>1 more traces were not read: the limit of --traces, or of spans, is reached.</li>',
    );
  });

  it('tells that the page cannot be written', async () => {
    const page = join(directory, 'nowhere', 'journey.html');
    const { code, error } = await runCommand('journey', 'm1', '--from', file, '--html', page);
    expect([code, error]).toEqual([1, expect.stringMatching(/journey\.html cannot be written: ENOENT/)]);
  });

  describe('opens the page', () => {
    const browser = process.env.BROWSER;
    afterEach(() => {
      if (browser === undefined) delete process.env.BROWSER;
      else process.env.BROWSER = browser;
    });

    it('in the browser', async () => {
      process.env.BROWSER = join(directory, 'browser');
      writeFileSync(process.env.BROWSER, `#!/bin/sh\nmv "$1" '${directory}/opened.html'\n`, { mode: 0o755 });
      const { code, out } = await runCommand('journey', 'm1', '--from', file, '--open');
      expect([code, out]).toEqual([0, expect.stringMatching(/waybill-\w+.journey\.html$/)]);
      await appears(join(directory, 'opened.html'));
      expect(readFileSync(join(directory, 'opened.html'), 'utf8')).toMatch(/^<!doctype html>/);
    });

    it('unless there is none', async () => {
      process.env.BROWSER = join(directory, 'no-browser');
      const page = join(directory, 'journey.html');
      const { code, error } = await runCommand('journey', 'm1', '--from', file, '--html', page, '--open');
      expect([code, error]).toEqual([1, expect.stringContaining('BROWSER may name one.')]);
    });
  });

  it('listens for spans until the journey has come in', async () => {
    const out: string[] = [];
    const done = runWaybill(['journey', consumer, '--from', 'otlp:0', '--settle', '1ms', '--width', '80'], {
      out: (text) => out.push(text),
      error: (text) => {
        const [, url] = /Listening for spans at (\S+),/.exec(text) ?? [];
        if (url !== undefined) void send(url);
      },
      stopped: () => new Promise(() => undefined),
    });
    expect(await done).toBe(0);
    expect(out.join('\n')).toBe(picture);

    async function send(url: string): Promise<void> {
      const resourceSpans = [exported('shop', sent), exported('billing', handled)].flatMap(
        (text) => JSON.parse(text).resourceSpans,
      );
      const headers = { 'content-type': 'application/json' };
      await fetch(url, { method: 'POST', headers, body: JSON.stringify({ resourceSpans: [] }) });
      await fetch(url, { method: 'POST', headers, body: JSON.stringify({ resourceSpans }) });
    }
  });

  it('ends when it is stopped while it listens', async () => {
    const { code, error } = await runCommand('journey', 'm1', '--from', 'otlp:0');
    expect([code, error]).toEqual([
      1,
      expect.stringContaining('otlp:0 knows no trace, message or journey "m1".'),
    ]);
  });

  it('tells that there is no such journey', async () => {
    expect(await runCommand('journey', 'm2', '--from', file)).toMatchObject({
      code: 1,
      error: expect.stringContaining(`${file} knows no trace, message or journey "m2".`),
    });
  });

  it('tells why the source cannot be read', async () => {
    const { code, error } = await runCommand('journey', 'm1', '--from', join(directory, 'none.json'));
    expect([code, error]).toEqual([1, expect.stringMatching(/none\.json cannot be read: ENOENT/)]);
  });

  it('tells how many traces it did not read', async () => {
    const { error } = await runCommand('journey', 'm1', '--from', file, '--traces', '1');
    expect(error).toContain('1 more traces were not read: the limit of --traces, or of spans, is reached.');
  });

  it('asks a server with the headers that it is given', async () => {
    const headers: (string | undefined)[] = [];
    const server = createServer((request, response) => {
      headers.push(request.headers.authorization);
      response.end(JSON.stringify({ trace: JSON.parse(exported('shop', sent)), traces: [] }));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const { out } = await runCommand(
      'journey',
      producer,
      '--from',
      `tempo:${url}`,
      '--header',
      'Authorization: Bearer a:b',
    );
    server.close();
    expect(new Set(headers)).toEqual(new Set(['Bearer a:b']));
    expect(out).toContain('◌ no handling found');
  });

  it.each([
    [[], 'The id is missing.'],
    [['m1'], '--from is missing.'],
    [['m1', 'm2', '--from', file], 'There is one id at most; "m2" is another.'],
    [['m1', '--from', file, '--width', '0'], '--width "0" is no number from 1.'],
    [['m1', '--from', file, '--rows', 'all'], '--rows "all" is no number from 1.'],
    [
      ['m1', '--from', file, '--within', 'soon'],
      `--within "soon" is no duration. Write '30m', '24h' or '7d'.`,
    ],
    [['m1', '--from', file, '--json', '--open'], '--json is not written into a page'],
    [['--mcp', '--from', 'otlp'], '--mcp reads a backend or a file, not otlp.'],
    [['m1', '--from', 'otlp:http'], `--from "otlp:http" names no port. Write 'otlp', 'otlp:4318'`],
    [['m1', '--from', 'otlp:65536'], '--from "otlp:65536" names no port.'],
    [['m1', '--from', 'otlp', '--settle', '2'], `--settle "2" is no duration.`],
    [['m1', '--from', file, '--header', 'secret'], `--header "" is no header. Write --header 'NAME: VALUE'.`],
  ])('does not take %j', async (args, message) => {
    const { code, error } = await runCommand('journey', ...args);
    expect([code, error]).toEqual([2, expect.stringContaining(message)]);
    expect(error).not.toContain('secret');
  });
});
