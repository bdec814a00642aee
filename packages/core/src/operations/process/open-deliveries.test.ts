import { describe, expect, it } from '@jest/globals';
import { createNoopMeter } from '@opentelemetry/api';
import { SamplingDecision } from '@opentelemetry/sdk-trace';
import { incoming } from '../../../test/fake-messages.ts';
import { setUp, type TestBed } from '../../../test/test-bed.ts';
import type { OpenDelivery } from '../../seam/instrumenter.ts';

describe('a handler whose adapter asks when it is done', () => {
  it('is done when it returns, and leaves the end to the adapter', () => {
    const testBed = setUp();
    const steps: string[] = [];
    const delivery = open(testBed);

    const result = delivery.run(
      () => steps.push('handled'),
      (failed) => steps.push(failed ? 'failed' : 'done'),
    );

    expect([result, steps]).toEqual([1, ['handled', 'done']]);
    expect(testBed.span('process orders').ended).toBe(false);
    delivery.end();
    expect(testBed.span('process orders').ended).toBe(true);
  });

  it('is done when its promise is fulfilled', async () => {
    const testBed = setUp();
    const steps: string[] = [];

    const result = open(testBed).run(
      async () => {
        await new Promise(setImmediate);
        steps.push('handled');
        return 7;
      },
      (failed) => steps.push(failed ? 'failed' : 'done'),
    );
    steps.push('returned');

    expect(await result).toBe(7);
    expect(steps).toEqual(['returned', 'handled', 'done']);
  });

  it.each<[string, (error: Error) => unknown]>([
    [
      'throws',
      (error) => {
        throw error;
      },
    ],
    ['rejects', (error) => Promise.reject(error)],
  ])('that %s ends the delivery with its error', async (_title, fail) => {
    const testBed = setUp();
    const error = new RangeError('no stock');
    const delivery = open(testBed);
    const told: boolean[] = [];

    await expect(
      (async () =>
        delivery.run(
          () => fail(error),
          (failed) => told.push(failed),
        ))(),
    ).rejects.toBe(error);

    expect(told).toEqual([true]);
    expect(testBed.span('process orders')).toMatchObject({ ended: true, status: { message: 'no stock' } });
  });

  it('records what the client tells of its message until it ends, and cuts long texts', () => {
    const testBed = setUp();
    const delivery = open(testBed);

    delivery.tell({ 'fake.failures': 2, 'fake.text': 'x'.repeat(300) });
    delivery.end();
    delivery.tell({ 'fake.failures': 3 });

    expect(testBed.span('process orders').attributes).toMatchObject({
      'fake.failures': 2,
      'fake.text': 'x'.repeat(256),
    });
    expect(testBed.warnings).toEqual([]);
  });

  it('is not watched if no span and no metric is recorded', () => {
    const testBed = setUp(
      { meterProvider: { getMeter: createNoopMeter } },
      { sampler: { shouldSample: () => ({ decision: SamplingDecision.NOT_RECORD }), toString: () => 'off' } },
    );
    const delivery = open(testBed);
    const promise = Promise.resolve();

    expect(delivery.isObserved).toBe(false);
    expect(
      delivery.run(
        () => promise,
        () => undefined,
      ),
    ).toBe(promise);
  });
});

function open(testBed: TestBed): OpenDelivery {
  return testBed.instrumenter.open({ messages: [incoming()], batch: false });
}
