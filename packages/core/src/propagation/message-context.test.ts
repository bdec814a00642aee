import { describe, expect, it } from '@jest/globals';
import { type Context, createContextKey, propagation, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { isTracingSuppressed, suppressTracing } from '@opentelemetry/core';
import { MessageJourney } from './journey.ts';
import { MessageContext } from './message-context.ts';

const key = createContextKey('test');
const span = trace.wrapSpanContext({ traceId: '1'.repeat(32), spanId: '2'.repeat(16), traceFlags: 1 });
const other = trace.wrapSpanContext({ traceId: '3'.repeat(32), spanId: '4'.repeat(16), traceFlags: 1 });
const baggage = propagation.createBaggage({ tenant: { value: 'acme' } });
const journey = new MessageJourney('1'.repeat(32), undefined);

function plain(): Context {
  return propagation.setBaggage(trace.setSpan(ROOT_CONTEXT.setValue(key, 'kept'), span), baggage);
}

describe('a message context', () => {
  it('gives the values of the context it was made of', () => {
    const context = MessageContext.of(plain());

    expect(trace.getSpan(context)).toBe(span);
    expect(propagation.getBaggage(context)).toBe(baggage);
    expect(context.getValue(key)).toBe('kept');
    expect(MessageContext.of(context)).toBe(context);
  });

  it('is not changed by the API, which gives a changed copy', () => {
    const context = MessageContext.of(plain());
    const changed = trace.setSpan(context.setValue(key, 'changed'), other);

    expect([trace.getSpan(changed), changed.getValue(key)]).toEqual([other, 'changed']);
    expect(propagation.getBaggage(changed)).toBe(baggage);
    expect([trace.getSpan(context), context.getValue(key)]).toEqual([span, 'kept']);
    expect(trace.getSpan(trace.deleteSpan(context))).toBeUndefined();
    expect(propagation.getBaggage(propagation.deleteBaggage(context))).toBeUndefined();
    expect(context.deleteValue(key).getValue(key)).toBeUndefined();
  });

  it('without the values of a message keeps the other values', () => {
    for (const context of [plain(), MessageContext.of(plain()).handling(other, journey).requesting('link')]) {
      const rest = MessageContext.without(context);
      expect(trace.getSpan(rest)).toBeUndefined();
      expect(propagation.getBaggage(rest)).toBeUndefined();
      expect([rest.journey, rest.requestedRelation]).toEqual([undefined, undefined]);
      expect(rest.getValue(key)).toBe('kept');
    }
  });

  it('keeps the journey and the requested relation when the application starts a span', () => {
    const context = MessageContext.of(ROOT_CONTEXT).handling(span, journey).requesting('none');
    const within = MessageContext.of(trace.setSpan(context, other));

    expect([within.span, within.journey, within.requestedRelation]).toEqual([other, journey, 'none']);
  });

  it('keeps values of others, such as that tracing is suppressed', () => {
    const context = MessageContext.of(suppressTracing(plain()));

    expect(isTracingSuppressed(context.withSpan(other))).toBe(true);
    expect(isTracingSuppressed(MessageContext.without(context))).toBe(true);
    expect(isTracingSuppressed(MessageContext.of(plain()))).toBe(false);
  });

  it('does not grow, however many messages are handled one inside the other', () => {
    let active: Context = ROOT_CONTEXT.setValue(key, 'kept');
    for (let hop = 0; hop < 50_000; hop++) {
      const context = MessageContext.of(MessageContext.without(active)).withSpan(span);
      active = trace.setSpan(context.handling(other, journey).requesting('link'), span);
    }

    // A chain of so many contexts would overflow the stack.
    expect(active.getValue(key)).toBe('kept');
    expect(MessageContext.without(active).getValue(key)).toBe('kept');
  });
});
