import { afterAll, beforeEach, describe, expect, it } from '@jest/globals';
import { context, ProxyTracerProvider, propagation, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { activeTenant, HandoffTestBed } from '../test/handoff-test-bed.ts';
import { createHandoff } from './create-handoff.ts';
import type { Handoff } from './handoff.ts';

const testBed = await HandoffTestBed.open();
beforeEach(() => testBed.spans.clear());
afterAll(() => testBed.close());

it('cannot be made without a Waybill', () => {
  expect(() => createHandoff(undefined as never)).toThrow(
    'createHandoff: undefined is not a Waybill. Pass what createWaybill() gives.',
  );
});

describe('capture', () => {
  it('is small, plain and frozen, and any OpenTelemetry SDK reads it', () => {
    const captured = testBed.request('acme', () => testBed.handoff().capture());

    const { traceId, spanId } = testBed.spans.named('request of acme').only;
    expect(JSON.parse(JSON.stringify(captured))).toEqual({
      traceparent: `00-${traceId}-${spanId}-01`,
      waybill: expect.stringMatching(`^1-\\d{13}-${traceId}-${spanId}$`),
      baggage: 'tenant.id=acme',
    });
    expect(Object.isFrozen(captured)).toBe(true);
    const extracted = new W3CTraceContextPropagator().extract(ROOT_CONTEXT, captured, {
      get: (carrier, key) => carrier[key],
      keys: Object.keys,
    });
    expect(trace.getSpanContext(extracted)).toMatchObject({ traceId, spanId });
  });

  it('is empty where nothing is active, and such work is a root', () => {
    const handoff = testBed.handoff();

    expect(handoff.capture()).toEqual({});
    handoff.run('work', {}, () => undefined);

    testBed.spans.named('run work').toBeRoot().toHaveAttributes({ 'waybill.relation.reason': 'no-context' });
  });
});

describe('run', () => {
  it('returns what the work returns, and follows the rule of the boundary', async () => {
    const policy = { queues: { 'handoff:fulfil*': { relation: 'link' } } } as const;
    const handoff = testBed.handoff({ policy });
    const captured = testBed.request('acme', () => handoff.capture());

    expect(handoff.run('other', captured, () => 7)).toBe(7);
    await expect(handoff.run('fulfilment', captured, async () => 'done')).resolves.toBe('done');

    const request = testBed.spans.named('request of acme');
    testBed.spans.named('run other').toBeChildOf(request);
    testBed.spans.named('run fulfilment').toBeRoot().toLinkTo(request).toHaveAttributes({
      'messaging.system.name': 'handoff',
      'messaging.destination.name': 'fulfilment',
      'messaging.operation.name': 'run',
    });
  });

  it('detaches when the work throws or rejects, and throws the same error', async () => {
    const handoff = testBed.handoff();
    const captured = testBed.request('acme', () => handoff.capture());
    const error = new TypeError('broken');
    const fails = (): never => {
      throw error;
    };

    expect(() => handoff.run('sync', captured, fails)).toThrow(error);
    await expect(handoff.run('async', captured, async () => fails())).rejects.toBe(error);

    for (const name of ['run sync', 'run async'])
      testBed.spans.named(name).toHaveFailedWith('TypeError', 'broken');
    expect(context.active()).toBe(ROOT_CONTEXT);
  });

  it('detaches at once from work that never ends; its span stays open', () => {
    const handoff = testBed.handoff();
    const captured = testBed.request('acme', () => handoff.capture());

    handoff.run('hanging', captured, () => new Promise(() => undefined));

    expect(context.active()).toBe(ROOT_CONTEXT);
    testBed.spans.named('run hanging').toHaveCount(0);
  });

  it('ignores what is active around it but for a link, and nests', () => {
    const handoff = testBed.handoff();
    const captured = testBed.request('acme', () => handoff.capture());
    const tenants: unknown[] = [];

    testBed.request('globex', () =>
      handoff.run('outer', captured, () => {
        tenants.push(activeTenant());
        handoff.run('inner', captured, () => tenants.push(activeTenant()));
        tenants.push(activeTenant());
      }),
    );

    const request = testBed.spans.named('request of acme');
    testBed.spans
      .named('run outer')
      .toBeChildOf(request)
      .toLinkTo(testBed.spans.named('request of globex'), { 'waybill.link.to': 'ambient' });
    testBed.spans.named('run inner').toBeChildOf(request);
    expect(tenants).toEqual(['acme', 'acme', 'acme']);
  });
});

describe('bind', () => {
  it('keeps parameters, this, result, name and length', () => {
    const handoff = testBed.handoff();
    function greet(this: { readonly word: string }, name: string, mark = '!'): string {
      return `${this.word}, ${name}${mark}`;
    }

    const bound = testBed.request('acme', () => handoff.bind('greeting', greet));

    expect(bound.call({ word: 'Hello' }, 'Ada')).toBe('Hello, Ada!');
    expect([bound.name, bound.length]).toEqual(['greet', 1]);
  });

  it('has a span for each call, all from where it was bound, and none without a call', () => {
    const handoff = testBed.handoff({ diagnose: false });
    const bound = testBed.request('acme', () => handoff.bind('callback', () => activeTenant()));
    testBed.request('globex', () => handoff.bind('never', () => undefined));

    expect([bound(), bound()]).toEqual(['acme', 'acme']);

    const calls = testBed.spans.named('run callback').toHaveCount(2);
    calls.each.toBeChildOf(testBed.spans.named('request of acme'));
    testBed.spans.named('run never').toHaveCount(0);
  });
});

describe('work that leads to more work of the same boundary', () => {
  it('has a span each time: when it asks for itself again', async () => {
    const handoff = testBed.handoff();
    let runs = 0;
    await new Promise<void>((resolve) => {
      const poll = testBed.request('acme', () =>
        handoff.recurring('poll', () => {
          runs += 1;
          if (runs === 5) resolve();
          else setTimeout(poll, 1);
        }),
      );
      poll();
    });

    testBed.spans.named('run poll').toHaveCount(5).each.toBeRoot();
  });

  it('has a span each time: when it runs the others within', async () => {
    const handoff = testBed.handoff();
    const jobs = testBed.request('acme', () => [1, 2, 3].map(() => handoff.capture()));

    handoff.run('job', jobs[0] ?? {}, () => {
      for (const job of jobs.slice(1)) handoff.run('job', job, () => undefined);
    });

    testBed.spans.named('run job').toHaveCount(3).each.toBeChildOf(testBed.spans.named('request of acme'));
  });
});

describe('the rule of a boundary', () => {
  it('says what baggage crosses, where its name is known at the capture', () => {
    const queues = { 'handoff:partner': { baggage: { send: [] } } };
    const handoff = testBed.handoff({ policy: { queues } });
    const [partner, other, captured, envelope] = testBed.request('acme', () => [
      handoff.bind('partner', activeTenant),
      handoff.bind('other', activeTenant),
      handoff.capture('partner'),
      handoff.envelope(1, 'partner'),
    ]);

    expect([partner(), other(), captured.baggage, envelope.carrier.baggage]).toEqual([
      undefined,
      'acme',
      undefined,
      undefined,
    ]);
  });
});

describe('open', () => {
  it('takes what came without an envelope as a payload that crossed alone', () => {
    const handoff = testBed.handoff();

    expect(handoff.open('task', 'plain' as never, (payload) => payload)).toBe('plain');
    expect(handoff.open('task', undefined as never, (payload) => payload ?? 'none')).toBe('none');

    testBed.spans.named('run task').toHaveCount(2).each.toBeRoot();
  });
});

describe('timers', () => {
  it('refuse what those of Node.js refuse, and give the callback their this', async () => {
    const handoff = testBed.handoff();

    for (const set of [handoff.setTimeout, handoff.setImmediate, handoff.setInterval]) {
      expect(() => set('timer', 'no function' as never)).toThrow(
        'The "callback" argument must be of type function',
      );
    }
    const timers: unknown[] = [];
    await new Promise<void>((resolve) => {
      const timer = handoff.setTimeout('timer', function (this: unknown) {
        timers.push(this === timer);
        resolve();
      });
    });
    expect(timers).toEqual([true]);
  });

  it('take what those of Node.js take, and can be cleared', async () => {
    const handoff = testBed.handoff();
    const seen: unknown[] = [];

    clearTimeout(handoff.setTimeout('never', () => seen.push('never'), 5));
    await new Promise((resolve) => {
      handoff.setTimeout('later', (...all) => resolve(seen.push(...all)), 1, 'a', 2);
    });
    await new Promise((resolve) => {
      handoff.setImmediate('soon', (one: string) => resolve(seen.push(one)), 'b');
    });

    expect(seen).toEqual(['a', 2, 'b']);
    testBed.spans.named('run never').toHaveCount(0);
    testBed.spans.named('run later').toHaveAttributes({ 'waybill.message.delay': 0.001 });
  });

  it('are not late because of their delay, if the rule says so', async () => {
    let late = 0;
    const policy = { queues: { reminder: { ageFrom: 'due' } } } as const;
    const handoff = testBed.handoff({ clock: () => Date.now() + late, policy });
    const timer = testBed.request('acme', () => handoff.setTimeout('reminder', () => undefined, 3_600_000));
    const impatient = testBed.request('acme', () => handoff.setTimeout('other', () => undefined, 3_600_000));

    late = 3_600_000;
    for (const { _onTimeout } of [timer, impatient] as unknown as { _onTimeout(): void }[]) _onTimeout();
    clearTimeout(timer);
    clearTimeout(impatient);

    testBed.spans.named('run reminder').toHaveAttributes({ 'waybill.relation.reason': 'fresh' });
    testBed.spans.named('run other').toHaveAttributes({ 'waybill.relation.reason': 'late' });
  });
});

describe('recurring work', () => {
  it('is a root each time, linked to where it was set up and to the run before', () => {
    const handoff = testBed.handoff({ policy: { relation: 'parent' } });
    const report = testBed.request('acme', () => handoff.recurring('report', () => activeTenant()));
    const other = testBed.request('globex', () => handoff.recurring('report', () => activeTenant()));

    expect([report(), report(), other(), report()]).toEqual(['acme', 'acme', 'globex', 'acme']);

    const runs = testBed.spans.named('run report').toHaveCount(4);
    runs.each.toBeRoot().toHaveAttributes({ 'waybill.relation.reason': 'recurring' });
    runs.at(1).toLinkTo(testBed.spans.named('request of acme'), { 'waybill.link.to': 'creation' });
    runs.at(1).toLinkTo(runs.at(0), { 'waybill.link.to': 'previous-run' });
    runs.at(2).toHaveLinks(1).toLinkTo(testBed.spans.named('request of globex'));
    runs.at(3).toLinkTo(runs.at(1), { 'waybill.link.to': 'previous-run' });
  });
});

describe('buffer', () => {
  it('is flushed in one span that links to all who filled it', async () => {
    const handoff = testBed.handoff();
    const rows = handoff.buffer<string>('rows');
    for (const tenant of ['acme', 'globex', 'initech'])
      testBed.request(tenant, () => rows.push(`row of ${tenant}`));

    const inserted = await rows.flush(async (all) => {
      rows.push('for the next flush');
      return [all, activeTenant()];
    });

    expect(inserted).toEqual([['row of acme', 'row of globex', 'row of initech'], undefined]);
    expect(rows.size).toBe(1);
    const flush = testBed.spans.named('run rows').toBeRoot().toHaveLinks(3);
    for (const tenant of ['acme', 'globex', 'initech'])
      flush.toLinkTo(testBed.spans.named(`request of ${tenant}`));
    flush.toHaveAttributes({ 'messaging.batch.message_count': 3, 'waybill.relation.reason': 'batch' });
  });

  it('makes no span when there is nothing to flush', () => {
    expect(
      testBed
        .handoff()
        .buffer('rows')
        .flush(() => 'called'),
    ).toBeUndefined();
    expect(testBed.spans.each.count).toBe(0);
  });
});

it('hands work on without an SDK, and the baggage where there is a context manager', () => {
  const handoff = testBed.handoff({ tracerProvider: new ProxyTracerProvider() });
  const baggage = propagation.createBaggage({ 'tenant.id': { value: 'acme' } });
  const captured = context.with(propagation.setBaggage(ROOT_CONTEXT, baggage), () => handoff.capture());

  expect(captured).toEqual({ baggage: 'tenant.id=acme' });
  expect(handoff.run('work', captured, () => activeTenant())).toBe('acme');
  testBed.spans.each.toHaveCount(0);
});

it.each<[string, (handoff: Handoff) => unknown]>([
  ['handoff.run', (handoff) => handoff.run('work', {}, undefined as never)],
  ['handoff.open', (handoff) => handoff.open('work', {} as never, undefined as never)],
  ['handoff.bind', (handoff) => handoff.bind((() => 1) as never, undefined as never)],
  ['handoff.recurring', (handoff) => handoff.recurring('work', 'run' as never)],
])('%s refuses what is not a function, at once', (place, use) => {
  expect(() => use(testBed.handoff())).toThrow(
    expect.objectContaining({
      code: 'WAYBILL_NOT_A_FUNCTION',
      message: expect.stringMatching(new RegExp(`^${place}: .* is not a function\\. Write handoff\\.`)),
    }),
  );
});
