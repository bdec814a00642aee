import assert from 'node:assert/strict';
import { context, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import type { Scenario } from '../scenario.ts';

const unsampled = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', traceFlags: 0 };

export const sampledOffStaysOff: Scenario = {
  name: 'a trace that is sampled off stays off',
  async play(lab) {
    const connection = await lab.connect();
    await context.with(trace.setSpanContext(ROOT_CONTEXT, unsampled), () =>
      lab.publish(connection, { body: 'one' }),
    );
    const active: unknown[] = [];
    const [message] = await lab.consume(connection, 1, () =>
      active.push(trace.getActiveSpan()?.spanContext()),
    );

    assert.match(
      message?.header('traceparent') ?? '',
      /^00-0af7651916cd43dd8448eb211c80319c-[0-9a-f]{16}-00$/,
    );
    assert.equal((active[0] as typeof unsampled | undefined)?.traceId, unsampled.traceId);
    lab.sent().toHaveCount(0);
    lab.spans.named(`process ${lab.queue}`).toHaveCount(0);
  },
};
