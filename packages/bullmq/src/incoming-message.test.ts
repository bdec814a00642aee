import { describe, expect, it } from '@jest/globals';
import type { Attributes } from '@opentelemetry/api';
import type { AttemptLog, Instrumenter } from '@waybill/core/adapter';
import { BullmqIncomingMessage, type ProcessedJob } from './incoming-message.ts';

const journey = '0af7651916cd43dd8448eb211c80319c';
const otherJourney = '1bf7651916cd43dd8448eb211c80319d';
const span = 'b7ad6b7169203331';
const log: AttemptLog = { previous: () => undefined, remember: () => undefined, forget: () => undefined };
const instrumenter = { attemptLog: () => log } as Instrumenter;

describe('a job', () => {
  it('is the same at each of its attempts', () => {
    expect(message({ attemptsMade: 1 }).identity).toBe(message().identity);
  });

  it.each<[string, Partial<ProcessedJob>]>([
    ['was added at another time', { timestamp: 1_700_000_000_001 }],
    ['was added by another span', carrying(journey, 'c7ad6b7169203331')],
    ['is of another trace', carrying(otherJourney)],
  ])('of the same queue and id in another database, which %s, is another one', (_how, other) => {
    expect(message(other).identity).not.toBe(message().identity);
  });

  it('of a schedule or a flow of the same key in another database belongs to another one', () => {
    const [here, there] = [{}, carrying(otherJourney)].map((carried) =>
      message({ repeatJobKey: 'nightly', parentKey: 'bull:orders:7', ...carried }),
    );

    expect(here?.schedule).toContain(`bull:orders:nightly`);
    expect(there?.schedule).not.toBe(here?.schedule);
    expect(here?.flow?.key).toBe(`bull:orders:1 ${journey}`);
    expect(here?.flow?.dependent).toBe(`bull:orders:7 ${journey}`);
    expect(there?.flow?.dependent).toBe(`bull:orders:7 ${otherJourney}`);
  });

  it('of a schedule of the same key, made in another database inside the same span, belongs to another one', () => {
    const [here, there] = [carrying(journey), carrying(journey, 'c7ad6b7169203331')].map(
      (carried) => message({ repeatJobKey: 'nightly', ...carried }).schedule,
    );

    expect(here).toBeDefined();
    expect(there).not.toBe(here);
  });

  it('whose sender named no journey belongs to no schedule and no flow', () => {
    const silent = message({ repeatJobKey: 'nightly', parentKey: 'bull:orders:7', opts: {} });

    const { schedule, flow } = silent;
    expect([schedule, flow?.key, flow?.dependent]).toEqual([undefined, undefined, undefined]);
  });

  it('of an untrusted sender tells nothing that its sender may have written', () => {
    const job = message({
      name: 'x'.repeat(300),
      attemptsMade: 2,
      repeatJobKey: 'nightly',
      parentKey: 'bull:orders:7',
      opts: { ...carrying(journey).opts, delay: 5_000 },
    });
    job.distrust();
    const attributes: Attributes = {};
    job.detail(attributes);

    const { sentAt, delay, recurring, schedule, flow } = job;
    expect({ sentAt, delay, recurring, schedule, flow }).toEqual({ recurring: false });
    expect(attributes).toEqual({ 'bullmq.job.attempts.made': 2 });
  });

  it('of a schedule, which a lost worker had, says so', () => {
    const attributes: Attributes = {};
    message({ attemptsMade: 1, stalledCounter: 2, repeatJobKey: 'nightly' }).detail(attributes);

    expect(attributes).toEqual({
      'bullmq.job.name': 'ship',
      'bullmq.job.attempts.made': 1,
      'bullmq.job.stalled.count': 2,
      'bullmq.job.scheduler.id': 'nightly',
    });
  });

  it('of no schedule, which no worker lost, says nothing of either', () => {
    const attributes: Attributes = {};
    message({ stalledCounter: 0 }).detail(attributes);

    expect(Object.keys(attributes)).toEqual(['bullmq.job.name', 'bullmq.job.attempts.made']);
  });

  it('whose options have the headers of AppSignal among them carries a context of another tool', () => {
    const { traceparent } = JSON.parse(String(carrying(journey).opts.telemetry?.metadata));

    expect(message({ opts: { traceparent } as object }).carrierFault).toEqual({
      place: 'opts',
      reason: 'foreign',
    });
    expect(
      message({ opts: { ...carrying(journey).opts, traceparent } as object }).carrierFault,
    ).toBeUndefined();
    expect(message({ opts: {} }).carrierFault).toBeUndefined();
    expect(message({ opts: { telemetry: { metadata: 'garbage' } } }).carrierFault).toEqual({
      place: 'telemetry.metadata',
      reason: 'malformed',
    });
  });

  it('in a sandbox is read by what older releases tell of it', () => {
    const { metadata: tm } = carrying(journey).opts.telemetry ?? {};
    const sandboxed = { queueQualifiedName: undefined, prefix: 'bull', opts: { tm } } as object;
    const job = message(sandboxed);

    expect(job.identity).toBe(message().identity);
    expect([job.attempt, message({ attemptsMade: 1, attemptsStarted: 3 }).attempt]).toEqual([1, 3]);
  });

  it('whose metadata is false, as bullmq-otel writes it where the context is omitted, carries nothing', () => {
    const job = message({ opts: { telemetry: { metadata: false as never } } });

    expect([job.carrierFault, job.headers.names()]).toEqual([undefined, []]);
  });
});

describe('what is remembered of a job', () => {
  it.each<[string | undefined, boolean, number]>([
    ['7', true, 7],
    ['order-7', false, Number.NaN],
    ['07', false, Number.NaN],
    [undefined, false, Number.NaN],
  ])('goes by the number that BullMQ gave it: %s', (id, isCounted, position) => {
    const job = message({ id });

    expect([job.log !== undefined, job.position]).toEqual([isCounted, position]);
    expect(job.logTime).toBe(1_700_000_000_000);
  });
});

function carrying(traceId: string, spanId = span): Pick<ProcessedJob, 'opts'> {
  const headers = {
    traceparent: `00-${traceId}-${spanId}-01`,
    waybill: `1-1700000000000-${traceId}-${spanId}`,
  };
  return { opts: { telemetry: { metadata: JSON.stringify(headers) } } };
}

function message(differing: Partial<ProcessedJob> = {}): BullmqIncomingMessage {
  const job: ProcessedJob = {
    id: '1',
    name: 'ship',
    queueName: 'orders',
    queueQualifiedName: 'bull:orders',
    timestamp: 1_700_000_000_000,
    attemptsMade: 0,
    ...carrying(journey),
    ...differing,
  };
  return new BullmqIncomingMessage(instrumenter, job);
}
