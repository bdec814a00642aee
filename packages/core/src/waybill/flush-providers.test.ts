import { describe, expect, it, jest } from '@jest/globals';
import { ProxyTracerProvider } from '@opentelemetry/api';
import { setUp } from '../../test/test-bed.ts';

const provider = (forceFlush: () => Promise<void>) =>
  ({ getTracer: () => new ProxyTracerProvider().getTracer('none'), forceFlush }) as never;

describe('flushing', () => {
  it('has the provider of spans export what it holds, also behind that of the API', async () => {
    const flushes: string[] = [];
    const proxy = new ProxyTracerProvider();
    proxy.setDelegate(provider(async () => void flushes.push('spans')));
    const testBed = setUp({ tracerProvider: proxy });

    await testBed.instrumenter.flush(1_000);

    expect(flushes).toEqual(['spans']);
  });

  it('reports an exporter that fails, and goes on', async () => {
    const testBed = setUp({ tracerProvider: provider(() => Promise.reject(new Error('collector is down'))) });

    await testBed.instrumenter.flush(1_000);

    expect(testBed.warnings).toEqual([
      expect.stringContaining('Exporting spans and metrics failed; messages are not affected'),
    ]);
  });

  it('waits no longer than it is told for an exporter that never answers, and says so', async () => {
    jest.useFakeTimers();
    try {
      const testBed = setUp({ tracerProvider: provider(() => new Promise(() => undefined)) });

      const flushed = testBed.instrumenter.flush(2_000);
      await jest.advanceTimersByTimeAsync(2_000);
      await flushed;

      expect(testBed.warnings).toEqual([
        expect.stringContaining('Exporting took longer than 2000 ms; what is left is exported later'),
      ]);
    } finally {
      jest.useRealTimers();
    }
  });

  it('does nothing where providers hold nothing', async () => {
    const testBed = setUp({ tracerProvider: new ProxyTracerProvider(), meterProvider: undefined });

    await testBed.instrumenter.flush(1_000);

    expect(testBed.warnings).toEqual([]);
  });
});
