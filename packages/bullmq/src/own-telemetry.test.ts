import { describe, expect, it, jest } from '@jest/globals';
import { DiagLogLevel, diag } from '@opentelemetry/api';
import { createWaybill } from '@waybill/core';
import type { Instrumenter } from '@waybill/core/adapter';
import { bypassFlowTelemetry, bypassOwnTelemetry } from './own-telemetry.ts';
import { waybillTelemetry } from './telemetry/waybill-telemetry.ts';

describe('the telemetry that BullMQ was given', () => {
  it('of a flow producer is bypassed, which is said once, with what to do about it', () => {
    const warn = jest.fn();
    diag.setLogger({ warn, error: warn, info: warn, debug: warn, verbose: warn }, DiagLogLevel.WARN);
    for (const telemetry of [{}, {}, waybillTelemetry(createWaybill())]) {
      const flows: { telemetry?: unknown } = { telemetry };
      bypassFlowTelemetry(flows, { isIdle: false } as Instrumenter);
      expect(flows.telemetry).toBeUndefined();
    }
    diag.disable();

    expect(warn.mock.calls).toEqual([
      ['@waybill/core', expect.stringContaining('Leave the `telemetry` option of queues, flow producers')],
      ['@waybill/core', expect.stringContaining('Both are Waybill: either leave waybillTelemetry out')],
    ]);
  });

  it('of a queue traces what adds jobs while there is nothing to do for us, and again afterwards', async () => {
    const traced: string[] = [];
    const queue = {
      opts: { telemetry: {} },
      async trace(_kind: unknown, operation: string, _destination: string, run: () => Promise<unknown>) {
        traced.push(operation);
        return run();
      },
    };
    const instrumenter = { isIdle: true };
    bypassOwnTelemetry(queue, instrumenter as Instrumenter);
    const add = (operation = 'add'): Promise<unknown> =>
      queue.trace(3, operation, 'orders', async () => 'added');

    expect(await add()).toBe('added');
    instrumenter.isIdle = false;
    expect([await add(), await add('addBulk'), await add('drain')]).toEqual(['added', 'added', 'added']);
    instrumenter.isIdle = true;
    expect(await add()).toBe('added');

    expect(traced).toEqual(['add', 'drain', 'add']);
  });

  it('of a flow producer is there while there is nothing to do for us, and again afterwards', () => {
    const telemetry = {};
    const flows: { telemetry?: unknown } = { telemetry };
    const instrumenter = { isIdle: true };
    bypassFlowTelemetry(flows, instrumenter as Instrumenter);

    expect(flows.telemetry).toBe(telemetry);
    instrumenter.isIdle = false;
    expect(flows.telemetry).toBeUndefined();
    instrumenter.isIdle = true;
    expect(flows.telemetry).toBe(telemetry);
    expect(Object.keys(flows)).toEqual(['telemetry']);
  });
});
