import { describe, expect, it, jest } from '@jest/globals';
import { DiagLogLevel, diag } from '@opentelemetry/api';
import { TracerProvider } from '@opentelemetry/sdk-trace';
import { createWaybill, type Waybill } from '@waybill/core';
import { recordSpans } from '@waybill/testing';
import { UnrecoverableError } from 'bullmq';
import type { ProcessedJob } from './incoming-message.ts';
import { processJob, traceProcessor } from './process-job.ts';

const outcome = 'waybill.message.outcome';
const job: ProcessedJob = {
  id: '1',
  name: 'ship',
  queueName: 'orders',
  timestamp: 1_700_000_000_000,
  attemptsMade: 0,
  opts: { attempts: 3 },
};

describe('a processor', () => {
  it('runs in a span, with all that BullMQ gives it, and gives what it gave', async () => {
    const { waybill, spans } = setUp();
    const given: unknown[] = [];
    const worker = {
      process: traceProcessor(async function (this: unknown, ...parameters: unknown[]) {
        given.push(this, ...parameters);
        return 'shipped';
      }, waybill),
    };
    expect(await worker.process(job, 'token', undefined)).toBe('shipped');

    expect(given).toEqual([worker, job, 'token', undefined]);
    spans
      .named('process orders')
      .toHaveKind('CONSUMER')
      .toHaveSucceeded()
      .toHaveAttributes({ 'messaging.message.id': '1', 'bullmq.job.name': 'ship', [outcome]: undefined })
      .toHaveAttributes({ 'waybill.message.age.source': 'job.timestamp' });
  });

  it.each<[string, Error, object, string]>([
    ['that has tries left', new Error('broken'), {}, 'retry'],
    ['whose last try it was', new Error('broken'), { attemptsMade: 2 }, 'failed'],
    ['that was discarded', new Error('broken'), { discarded: true }, 'failed'],
    ['that is not to be tried again', new UnrecoverableError('broken'), {}, 'failed'],
    ['without attempts', new Error('broken'), { opts: {} }, 'failed'],
    [
      'that was started often enough for its worker',
      new Error('broken'),
      { attemptsStarted: 2, queue: { opts: { maxStartedAttempts: 2 } } },
      'failed',
    ],
    [
      'that may be started again',
      new Error('broken'),
      { attemptsStarted: 1, queue: { opts: { maxStartedAttempts: 2 } } },
      'retry',
    ],
    [
      'whose starts were not counted',
      new Error('broken'),
      { queue: { opts: { maxStartedAttempts: 2 } } },
      'retry',
    ],
  ])('that fails says what becomes of a job %s', async (_which, error, differing, expected) => {
    const { waybill, spans } = setUp();
    const processor = traceProcessor(async (_job: ProcessedJob) => {
      throw error;
    }, waybill);
    await expect(processor({ ...job, ...differing })).rejects.toBe(error);

    spans
      .named('process orders')
      .toHaveFailedWith(error.name, 'broken')
      .toHaveAttributes({ [outcome]: expected });
  });

  it('is known by its name, its number of parameters and what stands on it', () => {
    const ship = (_job: ProcessedJob, _token: string): string => 'shipped';
    ship.queue = 'orders';
    const traced = traceProcessor(ship, setUp().waybill);

    expect(traced).not.toBe(ship);
    expect([traced.name, traced.length, traced.queue]).toEqual(['ship', 2, 'orders']);
    for (const property of ['name', 'length']) {
      expect(Object.getOwnPropertyDescriptor(traced, property)?.configurable).toBe(true);
    }
  });

  it('is traced once, however often it is wrapped', () => {
    const { waybill, spans } = setUp();
    const traced = traceProcessor((_job: ProcessedJob) => 'shipped', waybill);
    expect(traceProcessor(traced, waybill)).toBe(traced);
    expect(traced(job)).toBe('shipped');

    spans.named('process orders').toHaveCount(1);
  });

  it('stays traced by the first of two Waybills, which is said', () => {
    const { waybill, spans } = setUp();
    const warn = jest.fn();
    diag.setLogger({ warn, error: warn, info: warn, debug: warn, verbose: warn }, DiagLogLevel.WARN);
    const traced = traceProcessor((_job: ProcessedJob) => 'shipped', waybill);
    expect(traceProcessor(traced, setUp().waybill)).toBe(traced);
    traced(job);
    diag.disable();

    spans.named('process orders').toHaveCount(1);
    expect(warn).toHaveBeenCalledWith(
      '@waybill/core',
      expect.stringContaining('traceProcessor: the client is traced by another Waybill already'),
    );
  });

  it.each([undefined, null, 'job'])('without a job has nothing to trace: %p', (none) => {
    const { waybill, spans } = setUp();
    expect(traceProcessor((given: unknown) => [given], waybill)(none)).toEqual([none]);
    expect(spans.each.count).toBe(0);
  });

  it('runs where there is nothing to record, and nothing of a job is read', () => {
    const unreadable = new Proxy(job, {
      get: () => {
        throw new TypeError('not now');
      },
    });
    expect(traceProcessor((_job: ProcessedJob) => 'shipped', createWaybill())(unreadable)).toBe('shipped');
  });
});

it('a job that was fetched by hand is handled in a span', () => {
  const { waybill, spans } = setUp();
  expect(processJob(job, (given) => [given], waybill)).toEqual([job]);

  spans.named('process orders').toHaveSucceeded();
});

function setUp(): { waybill: Waybill; spans: ReturnType<typeof recordSpans> } {
  const spans = recordSpans();
  return {
    waybill: createWaybill({ tracerProvider: new TracerProvider({ spanProcessors: [spans] }) }),
    spans,
  };
}
