import { expect, it } from '@jest/globals';
import { type Context, context, propagation, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { type Sampler, SamplingDecision } from '@opentelemetry/sdk-trace';
import { FakeOutgoing, incoming, publishing, traceId, traceparent } from '../../test/fake-messages.ts';
import { setUp } from '../../test/test-bed.ts';

/** A context as the agent of New Relic has it: of a class of its own, which keeps a transaction besides the values. */
class AgentContext implements Context {
  readonly #values: Context;
  readonly transaction: string;

  constructor(values: Context, transaction: string) {
    this.#values = values;
    this.transaction = transaction;
  }

  getValue(key: symbol): unknown {
    return this.#values.getValue(key);
  }

  setValue(key: symbol, value: unknown): Context {
    return new AgentContext(this.#values.setValue(key, value), this.transaction);
  }

  deleteValue(key: symbol): Context {
    return new AgentContext(this.#values.deleteValue(key), this.transaction);
  }
}

class AgentContextManager extends AsyncLocalStorageContextManager {
  override active(): Context {
    const active = super.active();
    return active instanceof AgentContext ? active : new AgentContext(active, 'none');
  }
}

/** Records in a transaction only. */
const sampler: Sampler = {
  shouldSample: (parent) => ({
    decision:
      parent instanceof AgentContext && parent.transaction !== 'none'
        ? SamplingDecision.RECORD_AND_SAMPLED
        : SamplingDecision.NOT_RECORD,
  }),
};

it('an SDK whose contexts are of a class of its own gets that class, with all that a message has', async () => {
  const testBed = setUp({}, { sampler, contextManager: new AgentContextManager() });
  const headers = { traceparent: traceparent(), baggage: 'tenant.id=acme' };
  const answer = new FakeOutgoing();

  const seen = await context.with(new AgentContext(ROOT_CONTEXT, 'POST /orders'), () =>
    testBed.instrumenter.process({ messages: [incoming({ headers })], batch: false }, async () => {
      const active = context.active();
      await testBed.instrumenter.publish(publishing([answer]));
      return {
        transaction: (active as AgentContext).transaction,
        tenant: propagation.getBaggage(active)?.getEntry('tenant.id')?.value,
        span: trace.getSpanContext(active)?.spanId,
      };
    }),
  );

  const processing = testBed.span('process orders').spanContext();
  expect(seen).toEqual({ transaction: 'POST /orders', tenant: 'acme', span: processing.spanId });
  expect(testBed.span('send orders').parentSpanContext?.spanId).toBe(processing.spanId);
  expect(testBed.span('send orders').attributes['waybill.journey.id']).toBe(traceId);
  expect(answer.carrier.baggage).toBe('tenant.id=acme');
});
