import assert from 'node:assert/strict';
import { context, trace } from '@opentelemetry/api';
import { attribute, metric } from '@waybill/core/adapter';
import type { Scenario } from '../scenario.ts';
import { activeBaggage } from '../test-bed.ts';

export const withoutSpansTheContextFlows: Scenario = {
  name: 'spans: false: context, baggage and metrics without a span',
  async play(testBed) {
    const policy = { queues: { [testBed.queue]: { spans: false } } };
    const connection = await testBed.connect(testBed.waybill({ policy }));
    await testBed.inSpan('request', () =>
      testBed.withBaggage('tenant.id', 'acme', () => testBed.publish(connection, { body: 'one' })),
    );
    const seen: unknown[] = [];
    await testBed.consume(connection, 1, () =>
      seen.push(trace.getSpanContext(context.active())?.spanId, activeBaggage('tenant.id')),
    );

    const { spanId } = testBed.spans.named('request').only;
    assert.deepEqual(seen, [spanId, 'acme']);
    testBed.sent().toHaveCount(0);
    testBed.spans.named(`process ${testBed.queue}`).toHaveCount(0);
    const sent = (await testBed.metrics()).find(({ name }) => name === metric.sentMessages);
    assert.equal(sent?.points.length, 1);
  },
};

export const withoutPropagationNothingCrosses: Scenario = {
  name: 'propagate: false: spans on both sides, and nothing of ours in the message',
  async play(testBed) {
    const policy = { queues: { [testBed.queue]: { propagate: false } } };
    const connection = await testBed.connect(testBed.waybill({ policy }));
    await testBed.withBaggage('tenant.id', 'acme', () => testBed.publish(connection, { body: 'one' }));
    const seen: unknown[] = [];
    const [message] = await testBed.consume(connection, 1, () => seen.push(activeBaggage('tenant.id')));

    const ours = ['traceparent', 'tracestate', 'waybill', 'baggage'];
    assert.deepEqual(
      ours.map((name) => message?.header(name)),
      ours.map(() => undefined),
    );
    assert.deepEqual(seen, [undefined]);
    testBed.sent().toHaveKind('PRODUCER');
    (await testBed.processed())
      .toBeRoot()
      .toHaveLinks(0)
      .toHaveAttributes({ [attribute.relation]: 'none', [attribute.relationReason]: 'rule' });
  },
};

export const whatIsThereIsNotReadWithoutPropagation: Scenario = {
  name: 'propagate: false: a context that another sender wrote is not read',
  async play(testBed) {
    await testBed.publish(await testBed.connect(), { body: 'one' });
    const policy = { queues: { [testBed.queue]: { propagate: false } } };
    await testBed.consume(await testBed.connect(testBed.waybill({ policy })), 1);

    (await testBed.processed()).toBeRoot().toHaveLinks(0);
  },
};
