import { afterAll, beforeEach, describe, expect, it } from '@jest/globals';
import { context, DiagLogLevel, diag, propagation, SpanKind, trace } from '@opentelemetry/api';
import { until } from '@waybill/brokers';
import { createWaybill, type Waybill } from '@waybill/core';
import { expectNoLeaks } from '@waybill/testing';
import { createHandoff, type Handoff } from '../src/index.ts';
import { HandoffTestBed, Pool } from './handoff-test-bed.ts';

const testBed = await HandoffTestBed.open();
const tracer = trace.getTracer('application');
let waybill: Waybill;
let handoff: Handoff;
beforeEach(() => {
  waybill = createWaybill({ diagnose: true });
  handoff = createHandoff(waybill);
});
afterAll(() => testBed.close());

/** The diagnostics, with this file and the line of a call left out. */
function found(): string {
  try {
    expectNoLeaks(waybill);
    return 'nothing';
  } catch (error) {
    const [lines = ''] = (error as Error).message.split('\nMend each at its place. [WAYBILL_TESTING_LEAKS]');
    return lines.replaceAll(/\S*pitfalls\.test\.ts:\d+:\d+/g, 'HERE');
  }
}

describe('each pitfall is named, with its place and its fix', () => {
  it('a capture inside of the worker, where nothing is active', async () => {
    const pool = new Pool();
    await new Promise<void>((resolve) => {
      testBed.request('acme', () =>
        pool.add(() => handoff.run('thumbnails', handoff.capture(), () => resolve())),
      );
    });
    pool.stop();
    expect(found()).toBe(
      'Mistakes with contexts:\n- You captured nothing for "thumbnails": no span was active, as the work runs already, at HERE. ' +
        'Capture before the hand-off, where the work is asked for, and pass on what you captured. [WAYBILL_CAPTURED_NOTHING]',
    );
  });

  it('a span that is started before the context is attached', async () => {
    const captured = testBed.request('acme', () => handoff.capture());
    const captureTime = Date.now();
    await until(() => Date.now() > captureTime + 1);
    tracer.startActiveSpan('resize', (span) => {
      handoff.run('thumbnails', captured, () => undefined);
      span.end();
    });
    expect(found()).toBe(
      'Mistakes with contexts:\n- The span "resize" was started before the context was attached, so it is a trace of its own, at HERE. ' +
        'Start it inside of the work that is run. [WAYBILL_SPAN_BEFORE_ATTACH]',
    );
  });

  it('a context that is still attached after the work has ended', async () => {
    const captured = testBed.request('acme', () => handoff.capture());
    await new Promise<void>((resolve) => {
      handoff.run('order', captured, () => {
        setImmediate(() => {
          handoff.capture();
          resolve();
        });
      });
    });
    expect(found()).toBe(
      'Mistakes with contexts:\n- The context of "run order" is still attached, although its work has ended, at HERE. ' +
        'Await what the work starts, or hand it on with bind(). [WAYBILL_STILL_ATTACHED]',
    );
  });

  it('a message that is processed under two instrumentations', () => {
    const captured = testBed.request('acme', () => handoff.capture());
    const parent = propagation.extract(context.active(), captured);
    const sender = testBed.spans.named('request of acme').all.at(-1);
    const created = trace.setSpanContext(parent, {
      traceId: sender?.traceId ?? '',
      spanId: sender?.spanId ?? '',
      traceFlags: 1,
    });
    const span = tracer.startSpan('process of theirs', { kind: SpanKind.CONSUMER }, created);
    context.with(trace.setSpan(created, span), () => handoff.run('order', captured, () => undefined));
    expect(found()).toBe(
      'Mistakes with contexts:\n- The message is processed under two instrumentations: "process of theirs" is there already, at HERE. ' +
        'Switch one of them off. [WAYBILL_TWO_INSTRUMENTATIONS]',
    );
  });

  it('a bound callback that never ran', () => {
    testBed.request('acme', () => handoff.bind('reply', () => undefined));
    expect(found()).toBe(
      'Mistakes with contexts:\n- The callback that was bound for "reply" never ran, at HERE. Call it, or do not bind it. [WAYBILL_NEVER_RAN]',
    );
  });

  it('a loop that keeps growing one trace', async () => {
    const tick = testBed.request('acme', () => handoff.bind('tick', () => undefined));
    for (let run = 0; run < 250; run++) await Promise.resolve().then(tick);
    expect(found()).toBe(
      'Mistakes with contexts:\n- The trace that "tick" continues grows with every run, and has no end, at HERE. ' +
        "Use recurring(), or the rule { relation: 'link' }. [WAYBILL_GROWING_TRACE]",
    );
  });
});

it('a timer that sets itself again also adds to one trace without end', async () => {
  await new Promise<void>((resolve) => {
    let runs = 0;
    const poll = (): void => {
      runs += 1;
      if (runs === 110) resolve();
      else handoff.setTimeout('poll', poll, 0);
    };
    testBed.request('acme', poll);
  });
  expect(found()).toContain('The trace that "poll" continues grows with every run, and has no end, at HERE.');
});

it('each is also reported through diag, once', () => {
  const warnings: string[] = [];
  const ignore = (): void => undefined;
  const warn = (...parts: unknown[]): void => void warnings.push(parts.join(' '));
  diag.setLogger({ warn, error: ignore, info: ignore, debug: ignore, verbose: ignore }, DiagLogLevel.WARN);
  const captureTooLate = (): void => handoff.run('emails', handoff.capture(), () => undefined);
  captureTooLate();
  captureTooLate();
  diag.disable();
  expect(warnings).toEqual([expect.stringContaining('You captured nothing for "emails"')]);
});

it('correct code makes no report', async () => {
  const pool = new Pool();
  const done: unknown[] = [];
  await new Promise<void>((resolve) => {
    testBed.request('acme', () => {
      pool.add(handoff.bind('task', async () => done.push('task')));
      handoff.setTimeout('timer', () => done.push('timer'), 1);
      const tick = handoff.recurring('tick', () => done.push('tick'));
      for (let run = 0; run < 150; run++) tick();
      const resize = handoff.bind('resize', () => undefined);
      for (let image = 0; image < 150; image++) resize();
      const captured = handoff.capture();
      setTimeout(() => handoff.run('order', captured, async () => resolve()), 5);
    });
  });
  pool.stop();
  expect(done).toHaveLength(152);
  expect(found()).toBe('nothing');
});

it('a schedule that is set up and run at once without an active span is not a mistake', () => {
  handoff.recurring('report', () => undefined)();
  expect(found()).toBe('nothing');
});

it('expectNoLeaks throws for a Waybill without diagnose', () => {
  expect(() => expectNoLeaks(createWaybill())).toThrow(
    'expectNoLeaks: this Waybill looks for no mistakes. Make it with createWaybill({ diagnose: true }).',
  );
});

it('expectNoLeaks throws for what is no Waybill', () => {
  expect(() => expectNoLeaks(undefined as never)).toThrow(
    expect.objectContaining({
      code: 'WAYBILL_NOT_A_WAYBILL',
      message: expect.stringMatching(
        /^expectNoLeaks: undefined is not a Waybill\. Pass what createWaybill\(\) gives\./,
      ),
    }),
  );
});
