import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import type { RecordedSpans } from '@waybill/testing';
import { play } from './play.ts';
import type { Symptom } from './symptom.ts';
import { symptoms } from './symptoms.ts';

/** What is to be seen of a symptom, by its name: broken, and mended. */
const seen: Readonly<
  Record<
    string,
    {
      readonly finding: string | undefined;
      broken(spans: RecordedSpans): void;
      mended(spans: RecordedSpans): void;
    }
  >
> = {
  'an orphan root': {
    finding: 'You captured nothing for "thumbnails"',
    broken: (spans) => spans.named('run thumbnails').toBeRoot().toHaveLinks(0),
    mended: (spans) => spans.named('run thumbnails').toBeChildOf(spans.named('request of acme')),
  },
  'a second root': {
    finding: 'The span "resize" was started before the context was attached',
    broken: (spans) => spans.named('resize').toBeRoot(),
    mended: (spans) => spans.named('resize').toBeInTraceOf(spans.named('request of acme')),
  },
  'a late child': {
    finding: undefined,
    broken: (spans) => spans.named('reminder').toBeChildOf(spans.named('request of acme')),
    mended: (spans) => spans.named('run reminder').toBeRoot().toLinkTo(spans.named('request of acme')),
  },
  'an endless trace': {
    finding: 'The trace that "poll" continues grows with every run',
    broken: (spans) => spans.named('run poll').each.toBeInTraceOf(spans.named('request of acme')),
    mended: (spans) => spans.named('run poll').each.toBeRoot(),
  },
  'a stuck context': {
    finding: 'The context of "run order" is still attached',
    broken: (spans) => spans.named('run email').toBeInTraceOf(spans.named('request of acme')),
    mended: (spans) => spans.named('run email').toBeChildOf(spans.named('run order')),
  },
  'a doubled span': {
    finding: 'The message is processed under two instrumentations: "process of theirs"',
    broken: (spans) => spans.named('run order').toHaveCount(0),
    mended: (spans) => spans.named('run order').toBeChildOf(spans.named('request of acme')),
  },
  'a missing step': {
    finding: 'The callback that was bound for "reply" never ran',
    broken: (spans) => spans.named('run reply').toHaveCount(0),
    mended: (spans) => spans.named('run reply').toBeChildOf(spans.named('request of acme')),
  },
  'a lost tenant': {
    finding: undefined,
    broken: (spans) => spans.named('run invoice').toHaveAttributes({ 'tenant.id': 'unknown' }),
    mended: (spans) => spans.named('run invoice').toHaveAttributes({ 'tenant.id': 'acme' }),
  },
};

describe.each(symptoms)('$name', (symptom: Symptom) => {
  it('is there when it is broken, and the ledger says why', async () => {
    const { spans, findings } = await play(symptom, 'broken');
    seen[symptom.name]?.broken(spans);
    const finding = seen[symptom.name]?.finding;
    expect(findings).toEqual(finding === undefined ? '' : expect.stringContaining(finding));
  });

  it('is gone when it is mended', async () => {
    const { spans, findings } = await play(symptom, 'mended');
    seen[symptom.name]?.mended(spans);
    expect(findings).toBe('');
  });
});

it('is drawn by the program, and the ledger names the line', async () => {
  const program = join(import.meta.dirname, 'main.ts');
  const { stdout } = await promisify(execFile)(process.execPath, [program], {
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  const places = {
    'orphan-root': 'handoff.capture()',
    'second-root': 'handoff.run(',
    'endless-trace': 'handoff.bind(',
    'stuck-context': 'handoff.setImmediate(',
    'double-span': 'handoff.open(',
    'forgotten-callback': 'handoff.bind(',
  };
  for (const [name, call] of Object.entries(places)) {
    const line = Number(new RegExp(`${name}\\.ts:(\\d+):\\d+\\. `).exec(stdout)?.[1]);
    const source = readFileSync(join(import.meta.dirname, `symptoms/${name}.ts`), 'utf8');
    expect(source.split('\n')[line - 1]).toContain(call);
  }
});
