import { describe, expect, it } from '@jest/globals';
import { context, isSpanContextValid, propagation, trace } from '@opentelemetry/api';
import { type Sampler, SamplingDecision } from '@opentelemetry/sdk-trace';
import * as fc from 'fast-check';
import {
  FakeOutgoing,
  type Headers,
  incoming,
  publishing,
  traceparent,
  waybillHeader,
} from '../test/fake-messages.ts';
import { anyHeader, anyText, damaged } from '../test/fixtures/arbitrary-headers.ts';
import { setUp, type TestBed } from '../test/test-bed.ts';
import { parseTraceparent } from './propagation/codec/traceparent.ts';
import { parseWaybillHeader } from './propagation/codec/waybill-header.ts';
import type { IncomingMessage } from './seam/incoming-message.ts';

/** A parent may be unsampled: the default sampler would follow it, and record no span. */
const everything: Sampler = {
  shouldSample: () => ({ decision: SamplingDecision.RECORD_AND_SAMPLED }),
};

const names = ['traceparent', 'tracestate', 'baggage', 'waybill'] as const;

/** What may stand under a name: anything, a valid value, or one that is nearly valid. */
function header(valid: string, characters: string): fc.Arbitrary<never> {
  const near = damaged(fc.constant(valid), characters).map((text) => text as never);
  return fc.oneof(anyHeader, near, fc.constant(valid as never));
}

const carrier: fc.Arbitrary<Headers> = fc.record(
  {
    traceparent: header(traceparent(), '0f-g \n'),
    tracestate: header('a=1,b=2', 'a=,- \n'),
    baggage: header('tenant.id=acme;p=1,b=%20', 'a=;,% "\n'),
    waybill: header(waybillHeader(Date.now(), { requestedRelation: 'l' }), '019a-pln \n'),
  },
  { requiredKeys: [] },
);

const anyTime = fc.oneof(fc.constant(undefined), fc.double(), fc.maxSafeNat());

/** What a broker may say of a message, also what its types forbid. */
const anyMessage: fc.Arbitrary<IncomingMessage> = fc
  .record({
    headers: carrier,
    sentAt: anyTime,
    attempt: fc.oneof(fc.constant(undefined), fc.integer(), fc.double()),
    id: fc.oneof(fc.constant(undefined), fc.string()),
    identity: fc.oneof(fc.constant(undefined), fc.string()),
    receipt: fc.anything(),
    native: fc.oneof(fc.constant({}), fc.anything()),
    recurring: fc.boolean(),
    destination: fc.string(),
  })
  .map((fields) => incoming(fields));

const anyRule = fc.record({
  relation: fc.constantFrom('auto', 'parent', 'link', 'none'),
  trust: fc.constantFrom('trusted', 'untrusted'),
  linkAfter: fc.nat(),
});

describe('whatever a message carries', () => {
  it('its handler runs once, its result is unchanged, and its span has the relation that was decided', async () => {
    await fc.assert(
      fc.asyncProperty(anyMessage, anyRule, fc.boolean(), async (message, policy, fails) => {
        const testBed = setUp({ policy }, { sampler: everything });
        const before = context.active();
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
        const [span] = testBed.spans;
        const { 'waybill.relation': relation, 'waybill.message.age': age = 0 } = span?.attributes ?? {};
        expect(testBed.spans).toMatchObject([{ ended: true }]);
        expect(isSpanContextValid(span?.spanContext() as never)).toBe(true);
        expect(['parent', 'link', 'none']).toContain(relation);
        expect(span?.parentSpanContext !== undefined).toBe(relation === 'parent');
        expect(span?.links).toHaveLength(relation === 'link' ? 1 : 0);
        if (policy.trust === 'untrusted') expect(relation).not.toBe('parent');
        expect(age).toBeGreaterThanOrEqual(0);
        expect(Number.isFinite(age)).toBe(true);
        expect(context.active()).toBe(before);
        expect(warningsOf(testBed)).toEqual([]);
      }),
      { numRuns: 200 },
    );
  });

  it('a batch with it is handled in one root that links to every readable context', async () => {
    fc.assert(
      fc.property(fc.array(anyMessage, { maxLength: 8 }), anyRule, (messages, policy) => {
        const testBed = setUp({ policy }, { sampler: everything });
        const answer = {};

        expect(testBed.instrumenter.process({ messages, batch: true }, () => answer)).toBe(answer);

        const [span] = testBed.spans;
        const linked = span?.links.map((link) => `${link.context.traceId} ${link.context.spanId}`) ?? [];
        expect(testBed.spans).toMatchObject([{ ended: true, parentSpanContext: undefined }]);
        expect(linked.length).toBeLessThanOrEqual(messages.length);
        expect(new Set(linked).size).toBe(linked.length);
        expect(warningsOf(testBed)).toEqual([]);
      }),
      { numRuns: 100 },
    );
  });

  it('its span is a child if and only if the traceparent is valid, and gives the reason otherwise', () => {
    const testBed = setUp({ policy: { relation: 'parent' } }, { sampler: everything });

    fc.assert(
      fc.property(carrier, (headers) => {
        testBed.instrumenter.process({ messages: [incoming({ headers })], batch: false }, () => undefined);

        const parent = parseTraceparent(headers.traceparent);
        const span = testBed.spans.at(-1);
        expect(span?.parentSpanContext?.spanId).toBe(parent?.spanId);
        expect(span?.attributes['waybill.relation.reason']).toBe(
          parent !== undefined ? 'rule' : headers.traceparent === undefined ? 'no-context' : 'malformed',
        );
      }),
    );
  });

  it('messages that its handler sends are well-formed', async () => {
    const testBed = setUp();

    await fc.assert(
      fc.asyncProperty(carrier, async (headers) => {
        const message = new FakeOutgoing({ destination: 'next' });

        await handleAndSend(testBed, headers, message);

        expect(parseTraceparent(message.carrier.traceparent)).toBeDefined();
        expect(parseWaybillHeader(message.carrier.waybill)?.spanId).toBe(
          parseTraceparent(message.carrier.traceparent)?.spanId,
        );
        for (const name of names) {
          expect(message.carrier[name]).not.toBe('');
          expect(message.carrier[name] ?? 'none').toMatch(/^[\t\x20-\x7e]+$/);
        }
      }),
    );
  });

  it('it can be forwarded many times without more headers each time', async () => {
    const testBed = setUp({}, { sampler: everything });

    await fc.assert(
      fc.asyncProperty(carrier, async (headers) => {
        let current: Headers = { ...headers, 'x-other': 'kept' };
        for (let hop = 0; hop < 3; hop++) {
          const message = new FakeOutgoing({ destination: 'retries', headers: current });
          await handleAndSend(testBed, current, message);
          current = message.carrier;
        }

        expect(parseTraceparent(current.traceparent)?.spanId).toBe(
          testBed.spans.at(-1)?.spanContext().spanId,
        );
        expect(parseWaybillHeader(current.waybill)?.spanId).toBe(
          parseTraceparent(current.traceparent)?.spanId,
        );
        expect(current['x-other']).toBe('kept');
        expect(Object.keys(current).length).toBeLessThanOrEqual(names.length + 1);
      }),
    );
  });

  it('it can be sent, and the caller gets the answer of the client', async () => {
    const testBed = setUp();

    await fc.assert(
      fc.asyncProperty(carrier, fc.boolean(), async (headers, batch) => {
        const message = new FakeOutgoing({ headers });

        await expect(testBed.instrumenter.publish(publishing([message], { batch }))).resolves.toBe('sent');

        expect(parseTraceparent(message.carrier.traceparent)).toBeDefined();
      }),
    );
  });

  it('it can be received, with a span', async () => {
    const testBed = setUp({ receiveSpans: 'always' });

    await fc.assert(
      fc.asyncProperty(fc.array(anyMessage, { minLength: 1, maxLength: 4 }), async (messages) => {
        const answer = await testBed.instrumenter.receive({
          destination: 'orders',
          queueKey: 'orders',
          invoke: async () => 'answer',
          messages: () => messages,
        });

        expect(answer).toBe('answer');
        expect(testBed.spans.at(-1)).toMatchObject({ name: 'receive orders', ended: true });
        expect(warningsOf(testBed)).toEqual([]);
      }),
    );
  });
});

describe('whatever baggage an application sets', () => {
  it('the message is sent with a well-formed header or none', async () => {
    const testBed = setUp();

    await fc.assert(
      fc.asyncProperty(fc.dictionary(anyText, anyText), async (entries) => {
        const message = new FakeOutgoing();
        const values = Object.entries(entries).map(([key, value]) => [key, { value }]);
        const baggage = propagation.createBaggage(Object.fromEntries(values));

        await context.with(propagation.setBaggage(context.active(), baggage), () =>
          testBed.instrumenter.publish(publishing([message])),
        );

        expect(message.carrier.baggage ?? 'none').toMatch(/^[\x21-\x7e]+$/);
        expect(trace.getActiveSpan()).toBeUndefined();
      }),
    );
  });
});

async function handleAndSend(testBed: TestBed, headers: Headers, message: FakeOutgoing): Promise<void> {
  await testBed.instrumenter.process({ messages: [incoming({ headers })], batch: false }, () =>
    testBed.instrumenter.publish(publishing([message])),
  );
}

/** The warnings but for that of many destinations: each message here may come from a queue of its own. */
function warningsOf({ warnings }: TestBed): string[] {
  return warnings.filter((text) => !text.includes('More than 200 destinations'));
}
