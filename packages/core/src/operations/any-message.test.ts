import { describe, expect, it } from '@jest/globals';
import { context, isSpanContextValid, trace } from '@opentelemetry/api';
import * as fc from 'fast-check';
import { FakeOutgoing, type Headers, incoming, publishing, traceparent } from '../../test/fake-messages.ts';
import { anyHeader, damaged } from '../../test/fixtures/arbitrary-headers.ts';
import { setUp } from '../../test/test-bed.ts';
import type { IncomingMessage } from '../seam/incoming-message.ts';

const names = ['traceparent', 'tracestate', 'baggage', 'waybill'];
const wellFormed: Readonly<Record<string, string>> = {
  traceparent: traceparent(),
  tracestate: 'vendor=value,other=1',
  baggage: 'tenant=acme,user=%C3%A9;ttl=5',
  waybill: '1-1700000000000-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-l',
};

/** Headers that are right, nearly right, or anything at all; and some that are nothing to us. */
const anyHeaders: fc.Arbitrary<Headers> = fc.record(
  Object.fromEntries(
    [...names, 'x-other'].map((name) => {
      const right = fc.constant(wellFormed[name] ?? 'x');
      return [name, fc.oneof(right, damaged(right, '-0gG,;=% \u0000é'), anyHeader)];
    }),
  ),
  { requiredKeys: [] },
);

const anyTime = fc.oneof(fc.constant(undefined), fc.double(), fc.maxSafeNat());

/** What a broker may say of a message, also what its types forbid. */
const anyMessage: fc.Arbitrary<IncomingMessage> = fc
  .record({
    headers: anyHeaders,
    sentAt: anyTime,
    attempt: fc.oneof(fc.constant(undefined), fc.integer(), fc.double()),
    id: fc.oneof(fc.constant(undefined), fc.string()),
    identity: fc.oneof(fc.constant(undefined), fc.string()),
    receipt: fc.anything(),
    native: fc.oneof(fc.constant({}), fc.anything()),
    recurring: fc.boolean(),
    destination: fc.string(),
  })
  .map(({ headers, ...fields }) => incoming({ ...fields, headers }));

const anyRule = fc.record({
  relation: fc.constantFrom('auto', 'parent', 'link', 'none'),
  trust: fc.constantFrom('trusted', 'untrusted'),
  linkAfter: fc.nat(),
});

describe('whatever a message carries', () => {
  it('its handler runs once, its answer is untouched, and its span is the one that the decision asks for', async () => {
    await fc.assert(
      fc.asyncProperty(anyMessage, anyRule, fc.boolean(), async (message, policy, fails) => {
        const testBed = setUp({ policy });
        const answer = {};
        let calls = 0;
        const handler = async (): Promise<object> => {
          calls++;
          if (fails) throw answer;
          return answer;
        };

        const got = await testBed.instrumenter
          .process({ messages: [message], batch: false }, handler)
          .catch((error: unknown) => error);

        expect(got).toBe(answer);
        expect(calls).toBe(1);
        expect(testBed.spans).toHaveLength(1);
        const [span] = testBed.spans;
        const relation = span?.attributes['waybill.relation'];
        expect(span).toMatchObject({ ended: true });
        expect(isSpanContextValid(span?.spanContext() as never)).toBe(true);
        expect(['parent', 'link', 'none']).toContain(relation);
        expect(span?.parentSpanContext !== undefined).toBe(relation === 'parent');
        expect(span?.links).toHaveLength(relation === 'link' ? 1 : 0);
        if (policy.trust === 'untrusted') expect(relation).not.toBe('parent');
        const age = span?.attributes['waybill.message.age'] ?? 0;
        expect(age).toBeGreaterThanOrEqual(0);
        expect(Number.isFinite(age)).toBe(true);
        expect(trace.getSpan(context.active())).toBeUndefined();
        expect(testBed.warnings).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });

  it('a batch with it is handled in one root that links to what can be linked', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyMessage, { maxLength: 8 }), anyRule, async (messages, policy) => {
        const testBed = setUp({ policy });
        const answer = {};

        expect(testBed.instrumenter.process({ messages, batch: true }, () => answer)).toBe(answer);

        expect(testBed.spans).toHaveLength(1);
        const [span] = testBed.spans;
        expect(span).toMatchObject({ ended: true });
        expect(span?.parentSpanContext).toBeUndefined();
        expect(span?.links.length).toBeLessThanOrEqual(messages.length);
        const linked = span?.links.map((link) => `${link.context.traceId} ${link.context.spanId}`) ?? [];
        expect(new Set(linked).size).toBe(linked.length);
        expect(testBed.warnings).toEqual([]);
      }),
      { numRuns: 200 },
    );
  });

  it('it can be forwarded, and then carries a context that can be read', async () => {
    await fc.assert(
      fc.asyncProperty(anyHeaders, anyRule, async (headers, policy) => {
        const testBed = setUp({ policy });
        const message = incoming({ headers });
        const forwarded = new FakeOutgoing({ headers });

        await testBed.instrumenter.process({ messages: [message], batch: false }, () =>
          testBed.instrumenter.publish(publishing([forwarded])),
        );

        const sent = forwarded.carrier;
        const publisher = testBed.span('send orders').spanContext();
        expect(sent.traceparent).toBe(traceparent(publisher.traceId, publisher.spanId));
        expect(sent.waybill).toMatch(/^1-\d+-[0-9a-f]{32}-[0-9a-f]{16}(-[pln])?$/);
        expect(String(sent.waybill)).toContain(publisher.spanId);
        expect(sent['x-other']).toBe(headers['x-other']);
        expect(testBed.warnings).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  it('it is received, and linked where it can be', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyMessage, { maxLength: 5 }), async (messages) => {
        const testBed = setUp({ receiveSpans: 'always' });

        await testBed.instrumenter.receive({
          destination: 'orders',
          queueKey: 'orders',
          invoke: async () => messages,
          messages: (result) => result,
        });

        expect(testBed.spans).toHaveLength(messages.length === 0 ? 0 : 1);
        expect(testBed.spans.every((span) => span.ended)).toBe(true);
        expect(testBed.warnings).toEqual([]);
      }),
      { numRuns: 100 },
    );
  });
});
