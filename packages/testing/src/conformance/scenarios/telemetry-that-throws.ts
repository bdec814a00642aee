import assert from 'node:assert/strict';
import type { TextMapPropagator } from '@opentelemetry/api';
import type { LabOptions } from '../lab.ts';
import type { Scenario } from '../scenario.ts';

export const telemetryThatThrows: Scenario = {
  name: 'a propagator, sampler or span processor that throws stops no message',
  async play(lab) {
    const broken: LabOptions[] = [{ propagator }, { sampler }, { spanProcessors: [processor] }];
    for (const options of broken) {
      const connection = await lab.connect(lab.waybill(options));
      await lab.publish(connection, { body: 'one' });
      const [message] = await lab.consume(connection, 1);
      assert.equal(message?.body, 'one');
      await connection.close();
    }
  },
};

const fail = (): never => {
  throw new Error('telemetry is broken');
};
const propagator: TextMapPropagator = { inject: fail, extract: fail, fields: () => ['traceparent'] };
const sampler = { shouldSample: fail, toString: () => 'broken' };
const processor = { onStart: fail, onEnd: fail, forceFlush: async () => {}, shutdown: async () => {} };
