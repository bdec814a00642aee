import assert from 'node:assert/strict';
import { attribute, metric } from '@waybill/core/adapter';
import type { RecordedMetric, RecordedPoint } from '../../test-telemetry/recorded-metric.ts';
import type { Scenario } from '../scenario.ts';

export const metricsAreRecorded: Scenario = {
  name: 'metrics are recorded with their units and attributes',
  async play(testBed) {
    const connection = await testBed.connect();
    await testBed.publish(connection, { body: 'one' });
    await testBed.consume(connection, 1);
    await testBed.processed();
    const metrics = new Map((await testBed.metrics()).map((recorded) => [recorded.name, recorded]));

    const units = [
      metric.operationDuration,
      metric.sentMessages,
      metric.consumedMessages,
      metric.processDuration,
      metric.messageAge,
    ];
    assert.deepEqual(
      units.map((name) => metrics.get(name)?.unit),
      ['s', '{message}', '{message}', 's', 's'],
    );
    assert.equal(pointFor(metrics.get(metric.sentMessages), testBed.queue)?.value, 1);
    assert.equal(pointFor(metrics.get(metric.consumedMessages), testBed.queue)?.value, 1);
    const age = pointFor(metrics.get(metric.messageAge), testBed.queue);
    assert.equal(age?.attributes[attribute.relation], 'parent');
    assert.equal(age?.attributes[attribute.systemName], testBed.harness.system);
  },
};

function pointFor(recorded: RecordedMetric | undefined, queue: string): RecordedPoint | undefined {
  return recorded?.points.find(({ attributes }) => attributes[attribute.destinationName] === queue);
}
