import assert from 'node:assert/strict';
import { context, trace } from '@opentelemetry/api';
import { attribute, metric } from '@waybill/core/adapter';
import { activeBaggage } from '../lab.ts';
import type { Scenario } from '../scenario.ts';

export const withoutSpansTheContextFlows: Scenario = {
  name: 'spans: false: context, baggage and metrics without a span',
  async play(lab) {
    const policy = { queues: { [lab.queue]: { spans: false } } };
    const connection = await lab.connect(lab.waybill({ policy }));
    await lab.inSpan('request', () =>
      lab.withBaggage('tenant.id', 'acme', () => lab.publish(connection, { body: 'one' })),
    );
    const seen: unknown[] = [];
    await lab.consume(connection, 1, () =>
      seen.push(trace.getSpanContext(context.active())?.spanId, activeBaggage('tenant.id')),
    );

    const { spanId } = lab.spans.named('request').only;
    assert.deepEqual(seen, [spanId, 'acme']);
    lab.sent().toHaveCount(0);
    lab.spans.named(`process ${lab.queue}`).toHaveCount(0);
    const sent = (await lab.metrics()).find(({ descriptor }) => descriptor.name === metric.sentMessages);
    assert.equal(sent?.dataPoints.length, 1);
  },
};

export const withoutPropagationNothingCrosses: Scenario = {
  name: 'propagate: false: spans on both sides, and nothing of ours in the message',
  async play(lab) {
    const policy = { queues: { [lab.queue]: { propagate: false } } };
    const connection = await lab.connect(lab.waybill({ policy }));
    await lab.withBaggage('tenant.id', 'acme', () => lab.publish(connection, { body: 'one' }));
    const seen: unknown[] = [];
    const [message] = await lab.consume(connection, 1, () => seen.push(activeBaggage('tenant.id')));

    const ours = ['traceparent', 'tracestate', 'waybill', 'baggage'];
    assert.deepEqual(
      ours.map((name) => message?.header(name)),
      ours.map(() => undefined),
    );
    assert.deepEqual(seen, [undefined]);
    lab.sent().toHaveKind('PRODUCER');
    (await lab.processed())
      .toBeRoot()
      .toHaveLinks(0)
      .toHaveAttributes({ [attribute.relation]: 'none', [attribute.relationReason]: 'rule' });
  },
};

export const whatIsThereIsNotReadWithoutPropagation: Scenario = {
  name: 'propagate: false: a context that another sender wrote is not read',
  async play(lab) {
    await lab.publish(await lab.connect(), { body: 'one' });
    const policy = { queues: { [lab.queue]: { propagate: false } } };
    await lab.consume(await lab.connect(lab.waybill({ policy })), 1);

    (await lab.processed()).toBeRoot().toHaveLinks(0);
  },
};
