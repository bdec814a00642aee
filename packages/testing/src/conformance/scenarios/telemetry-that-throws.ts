import assert from 'node:assert/strict';
import type { TextMapPropagator } from '@opentelemetry/api';
import { activeBaggage, type LabOptions } from '../lab.ts';
import type { Scenario } from '../scenario.ts';

export const telemetryThatThrows: Scenario = {
  name: 'a propagator, sampler, span processor or exporter that throws stops no message',
  async play(lab) {
    const broken: LabOptions[] = [
      { propagator },
      { sampler },
      { spanProcessors: [processor] },
      { spanProcessors: [lab.exportingTo(exporter)] },
    ];
    for (const options of broken) {
      const connection = await lab.connect(lab.waybill(options));
      const queue = await lab.harness.createQueue();
      const request = connection.request(queue, [{ body: 'one' }]);
      await lab.withBaggage('tenant.id', 'acme', () => connection.publish(request));
      const tenants: unknown[] = [];
      const note = (): unknown => tenants.push(activeBaggage('tenant.id'));
      const [message] = await lab.consumeFrom(queue, connection, 1, note);
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
