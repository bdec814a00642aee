import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from '@jest/globals';
import { type Context, context, propagation, type SpanContext, trace } from '@opentelemetry/api';
import { TracerProvider } from '@opentelemetry/sdk-trace';
import { createWaybill, type PolicyExplanation, type Waybill } from '@waybill/core';
import { policyFromFile } from '@waybill/policy-file';
import { recordSpans } from '@waybill/testing';
import { runCommand } from './run-command.ts';

/** A message that is supposed, and what the policy is to do with it. */
export interface Case {
  readonly queue: string;
  readonly age?: number;
  readonly attempt?: number;
  readonly unsampled?: boolean;
  readonly rule: string;
  readonly beats?: readonly string[];
  readonly destination?: string;
  readonly publish?: Partial<PolicyExplanation['publish']>;
  readonly consume: Partial<PolicyExplanation['consume']>;
}

const fresh = { span: true, relation: 'parent', reason: 'fresh', trace: 'message', link: false } as const;
const all = ['traceparent', 'waybill', 'baggage'];

/** A message for each of the rules of `twelve-rules.yaml`, by what it shows. */
export const cases: Readonly<Record<string, Case>> = {
  'an exact name beats a pattern': {
    queue: 'orders',
    rule: 'orders',
    beats: ['ord*', '(default)'],
    publish: { span: true, headers: all, baggage: ['tenant.id', 'user.id'] },
    consume: { ...fresh, reason: 'rule', baggage: ['tenant.id', 'user.id'], journey: true },
  },
  'a specific pattern beats a general one, and one that never holds': {
    queue: 'reports.eu.daily',
    age: 240,
    rule: 'reports.eu.*',
    beats: ['reports.eu.**', 'reports.*', '(default)'],
    consume: { ...fresh, linkAfter: 300, age: 240 },
  },
  'a system before the name beats the name': {
    queue: 'invoices',
    rule: 'memory:invoices',
    beats: ['invoices', '(default)'],
    consume: fresh,
  },
  'no rule matches': { queue: 'bills', rule: '(default)', beats: [], consume: { ...fresh, linkAfter: 60 } },
  'a message as old as the threshold': {
    queue: 'reports.daily',
    age: 30,
    rule: 'reports.*',
    consume: { ...fresh, age: 30, linkAfter: 30 },
  },
  'a message that is older': {
    queue: 'reports.daily',
    age: 31,
    rule: 'reports.*',
    consume: {
      relation: 'link',
      reason: 'late',
      trace: 'new',
      link: true,
      age: 31,
      linkAfter: 30,
      journey: true,
    },
  },
  'a second attempt': {
    queue: 'invoices',
    attempt: 2,
    rule: 'memory:invoices',
    consume: { relation: 'link', reason: 'retry', trace: 'new', link: true },
  },
  'an untrusted sender': {
    queue: 'partner-acme',
    rule: 'partner-*',
    publish: { headers: all },
    consume: {
      relation: 'link',
      reason: 'untrusted',
      trace: 'new',
      link: true,
      journey: false,
      baggage: ['tenant.id'],
    },
  },
  'spans: false': {
    queue: 'silent',
    rule: 'silent',
    publish: { span: false, headers: all },
    consume: { ...fresh, span: false, baggage: ['tenant.id', 'user.id'] },
  },
  'propagate: false': {
    queue: 'closed',
    rule: 'closed',
    publish: { span: true, headers: [], baggage: [] },
    consume: { span: true, relation: 'none', reason: 'rule', trace: 'new', link: false, baggage: [] },
  },
  'unsampled: pass-on, in a trace that is sampled': { queue: 'busy', rule: 'busy', consume: fresh },
  'unsampled: pass-on, in one that is not': {
    queue: 'busy',
    unsampled: true,
    rule: 'busy',
    publish: { span: false, headers: all },
    consume: { ...fresh, span: false },
  },
  'a template': {
    queue: 'users.4711',
    rule: 'users.*',
    destination: 'users.{id}',
    consume: fresh,
  },
};

/** The file of rules, with the name of a messaging system in the place of `memory`. */
export function rulesFor(system: string): string {
  const text = readFileSync(join(import.meta.dirname, 'twelve-rules.yaml'), 'utf8');
  const file = join(mkdtempSync(join(tmpdir(), 'waybill-twelve-rules-')), 'twelve-rules.yaml');
  writeFileSync(file, text.replaceAll('memory:', `${system}:`));
  return file;
}

/** What a handler saw. */
export interface Handled {
  /** The names of the headers that the message carried. */
  readonly headers: readonly string[];

  /** The keys of the baggage that was active. */
  readonly baggage: readonly string[];
  readonly traceId: string | undefined;
}

/** What the handler of a message sees of the active context. */
export function seenBy(headers: readonly string[]): Handled {
  return {
    headers,
    baggage: (propagation.getActiveBaggage()?.getAllEntries() ?? []).map(([key]) => key),
    traceId: trace.getSpanContext(context.active())?.traceId,
  };
}

/** A queue to try a case on: it sends in the active context, waits, has the message handled, and fails every attempt but the last. */
export type TryOut = (
  supposed: Case,
  waybill: Waybill,
  parts: { readonly send: <T>(run: () => T) => T; readonly clock: { now: number } },
) => Promise<Handled>;

/** Sends and handles a message as a case supposes, and compares what is recorded with what `policy explain` says. */
export async function compareWithRecorded(
  system: string,
  supposed: Case,
  tryOut: TryOut,
  verb: string = 'send',
): Promise<void> {
  const file = rulesFor(system);
  const { rule, destination, publish, consume } = await explain(file, system, supposed);
  const clock = { now: Date.UTC(2026, 0, 1) };
  const spans = recordSpans();
  const waybill = createWaybill({
    policySource: policyFromFile({ path: file }),
    tracerProvider: new TracerProvider({ spanProcessors: [spans] }),
    clock: () => clock.now,
  });
  const sender = senderContext(supposed.unsampled ?? false);

  const handled = await tryOut(supposed, waybill, { send: (run) => context.with(sender.active, run), clock });

  if (consume.span) await spans.waitFor(`process ${destination}`, { count: supposed.attempt ?? 1 });
  const sent = spans.named(`${verb} ${destination}`).all;
  const processed = spans.named(`process ${destination}`).all.at(-1);
  expect(sent.length).toBe(publish.span ? 1 : 0);
  expect([...handled.headers].sort()).toEqual([...publish.headers].sort());
  expect(handled.baggage).toEqual(consume.baggage);
  expect(processed !== undefined).toBe(consume.span);
  expect(handled.traceId === sender.traceId).toBe(consume.trace === 'message');
  if (processed === undefined) return;
  expect(processed.attributes).toMatchObject({
    'waybill.relation': consume.relation,
    'waybill.relation.reason': consume.reason,
    'waybill.relation.rule': rule,
  });
  expect(processed.attributes['waybill.relation.link_after']).toBe(consume.linkAfter);
  expect(processed.attributes['waybill.journey.id'] === sender.traceId).toBe(consume.journey);
  expect(
    processed.links.filter(({ attributes }) => attributes['waybill.link.to'] === 'creation').length,
  ).toBe(consume.link ? 1 : 0);
}

/** What `policy explain` says of a case. */
export async function explain(
  file: string,
  system: string,
  { queue, age, attempt, unsampled }: Case,
): Promise<PolicyExplanation> {
  const { code, out, error } = await runCommand(
    ...[
      'policy',
      'explain',
      file,
      '--queue',
      `${system}:${queue}`,
      '--baggage',
      'tenant.id,user.id',
      '--json',
    ],
    ...(age === undefined ? [] : ['--age', `${age}s`]),
    ...(attempt === undefined ? [] : ['--attempt', String(attempt)]),
    ...(unsampled ? ['--unsampled'] : []),
  );
  expect({ code, error }).toEqual({ code: 0, error: '' });
  return JSON.parse(out);
}

/** A context in a trace of somebody else, with two baggage entries. */
function senderContext(unsampled: boolean): { readonly active: Context; readonly traceId: string } {
  const spanContext: SpanContext = {
    traceId: 'a'.repeat(32),
    spanId: 'b'.repeat(16),
    traceFlags: unsampled ? 0 : 1,
    isRemote: true,
  };
  const baggage = propagation.createBaggage({ 'tenant.id': { value: 'acme' }, 'user.id': { value: '7' } });
  return {
    active: propagation.setBaggage(trace.setSpanContext(context.active(), spanContext), baggage),
    traceId: spanContext.traceId,
  };
}
