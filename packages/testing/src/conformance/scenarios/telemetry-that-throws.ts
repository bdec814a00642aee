import assert from 'node:assert/strict';
import type { TextMapPropagator } from '@opentelemetry/api';
import type { Scenario } from '../scenario.ts';
import { activeBaggage, type TestBedOptions } from '../test-bed.ts';

export const telemetryThatThrows: Scenario = {
  name: 'a propagator, sampler, span processor or exporter that throws stops no message',
  async play(testBed) {
    const broken: TestBedOptions[] = [
      { propagator },
      { sampler },
      { spanProcessors: [processor] },
      { spanProcessors: [testBed.exportingTo(exporter)] },
    ];
    for (const options of broken) {
      const connection = await testBed.connect(testBed.waybill(options));
      const queue = await testBed.harness.createQueue();
      const request = connection.request(queue, [{ body: 'one' }]);
      await testBed.withBaggage('tenant.id', 'acme', () => connection.publish(request));
      const tenants: unknown[] = [];
      const note = (): unknown => tenants.push(activeBaggage('tenant.id'));
      const [message] = await testBed.consumeFrom(queue, connection, 1, note);
      assert.equal(message?.body, 'one');
      if (options.propagator === undefined) assert.deepEqual(tenants, ['acme']);
      await connection.close();
    }
  },
};

const fail = (): never => {
  throw new Error('telemetry is broken');
};
const propagator: TextMapPropagator = { inject: fail, extract: fail, fields: () => ['traceparent'] };
const sampler = { shouldSample: fail, toString: () => 'broken' };
const exporter = { export: fail, forceFlush: async () => {}, shutdown: async () => {} };
const processor = { onStart: fail, onEnd: fail, forceFlush: async () => {}, shutdown: async () => {} };
