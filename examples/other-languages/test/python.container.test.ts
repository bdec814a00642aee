import { expect, it } from '@jest/globals';
import type { ConversationName } from '../src/conversations.ts';
import { converse } from '../src/converse.ts';
import { pythonWorker } from '../src/workers.ts';

it.each<ConversationName>(['kafka', 'rabbitmq', 'sqs', 'bullmq'])(
  'a worker in Python continues the trace that comes by %s, and its trace is continued here',
  async (broker) => {
    const { sent, told, processed, tenant } = await converse(broker, pythonWorker());

    const { spanId, traceId } = sent.only;
    expect(told).toMatchObject({ traceId, parentSpanId: spanId, tenant: 'acme' });
    expect(processed.only).toMatchObject({ traceId, parentSpanId: told.spanId });
    expect(tenant).toBe('acme');
    processed.toHaveAttributes({ 'waybill.relation': 'parent', 'waybill.journey.id': traceId });
  },
  180_000,
);
