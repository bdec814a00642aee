import { spawn } from 'node:child_process';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { json, text } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, it } from '@jest/globals';

/** A span as OTLP has it in JSON. */
interface OtlpSpan {
  readonly name: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly links?: readonly { readonly spanId: string }[];
  readonly attributes: readonly { readonly key: string; readonly value: { readonly stringValue?: string } }[];
}

interface OtlpRequest {
  readonly resourceSpans: readonly {
    readonly resource: Pick<OtlpSpan, 'attributes'>;
    readonly scopeSpans: readonly { readonly spans: readonly OtlpSpan[] }[];
  }[];
}

let collector: Server;
let requests: OtlpRequest[];

beforeEach(async () => {
  requests = [];
  collector = createServer(async (request, response) => {
    requests.push((await json(request)) as OtlpRequest);
    response.setHeader('content-type', 'application/json').end('{}');
  });
  await new Promise<void>((resolve) => {
    collector.listen(0, '127.0.0.1', resolve);
  });
});

afterEach(() => new Promise((resolve) => collector.close(resolve)));

it('sets up the SDK and Waybill by the file that OTEL_CONFIG_FILE names', async () => {
  const { code, out, error } = await runExample({ SERVICE_NAME: 'till' });

  expect({ code, error }).toEqual({ code: 0, error: '' });
  expect(out).toBe(`orders: handled a message for orders, by the rule orders: parent
partner-returns: handled a message for partner-returns, by the rule sqs:partner-*: link
audit: handled a message for audit, by the rule audit: parent
`);
  expect(servicesOf(requests)).toEqual(['till']);
  const spans = spansOf(requests);
  const sent = spans.get('send orders');
  const returned = spans.get('send partner-returns');
  expect(spans.get('process orders')).toMatchObject({ parentSpanId: sent?.spanId, traceId: sent?.traceId });
  expect(attribute(spans.get('process orders'), 'waybill.relation.rule')).toBe('orders');
  const untrusted = spans.get('process partner-returns');
  expect(untrusted?.parentSpanId ?? '').toBe('');
  expect(untrusted?.links).toEqual([expect.objectContaining({ spanId: returned?.spanId })]);
  expect(attribute(untrusted, 'waybill.relation.reason')).toBe('untrusted');
  expect([...spans.keys()].filter((name) => name.includes('audit') && /^(send|process)/.test(name))).toEqual(
    [],
  );
});

it('does not start with a mistake in the policy, and tells its place in the file', async () => {
  const { code, error } = await runExample({ LINK_AFTER: 'soon' });

  expect(code).toBe(1);
  expect(error).toMatch(/otel\.yaml:20:9: policy\.linkAfter: "soon" is not a duration\. /);
  expect(requests).toEqual([]);
});

async function runExample(
  environment: Readonly<Record<string, string>>,
): Promise<{ code: number | null; out: string; error: string }> {
  const root = join(import.meta.dirname, '..');
  const child = spawn(process.execPath, ['--no-warnings', join(root, 'src/main.ts')], {
    env: {
      PATH: process.env.PATH,
      OTEL_CONFIG_FILE: join(root, 'otel.yaml'),
      OTLP_ENDPOINT: `http://127.0.0.1:${(collector.address() as AddressInfo).port}`,
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const code = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  const [out, error] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return { code: await code, out, error };
}

function spansOf(received: readonly OtlpRequest[]): Map<string, OtlpSpan> {
  const spans = received.flatMap(({ resourceSpans }) =>
    resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap((scope) => scope.spans)),
  );
  return new Map(spans.map((span) => [span.name, span]));
}

function servicesOf(received: readonly OtlpRequest[]): (string | undefined)[] {
  const names = received.flatMap(({ resourceSpans }) =>
    resourceSpans.map(({ resource }) => attribute(resource, 'service.name')),
  );
  return [...new Set(names)];
}

function attribute(holder: Pick<OtlpSpan, 'attributes'> | undefined, name: string): string | undefined {
  return holder?.attributes.find(({ key }) => key === name)?.value.stringValue;
}
