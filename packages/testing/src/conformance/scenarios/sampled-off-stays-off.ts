import assert from 'node:assert/strict';
import { context, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import type { Scenario } from '../scenario.ts';

const unsampled = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', traceFlags: 0 };

export const sampledOffStaysOff: Scenario = {
  name: 'a trace that is sampled off stays off',
  async play(testBed) {
    const connection = await testBed.connect();
    await context.with(trace.setSpanContext(ROOT_CONTEXT, unsampled), () =>
      testBed.publish(connection, { body: 'one' }),
    );
    const active: unknown[] = [];
    const [message] = await testBed.consume(connection, 1, () =>
      active.push(trace.getActiveSpan()?.spanContext()),
    );

    assert.match(
      message?.header('traceparent') ?? '',
      /^00-0af7651916cd43dd8448eb211c80319c-[0-9a-f]{16}-00$/,
    );
    assert.equal((active[0] as typeof unsampled | undefined)?.traceId, unsampled.traceId);
    testBed.sent().toHaveCount(0);
    testBed.spans.named(`process ${testBed.queue}`).toHaveCount(0);
  },
};
