import { describe, expect, it } from '@jest/globals';
import { context, propagation, trace } from '@opentelemetry/api';
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
import { anyHeader, damaged } from '../test/fixtures/arbitrary-headers.ts';
import { setUp, type TestBed } from '../test/test-bed.ts';
import { parseTraceparent } from './propagation/codec/traceparent.ts';
import { parseWaybillHeader } from './propagation/codec/waybill-header.ts';

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

const policies = [
  {},
  { relation: 'parent' },
  { relation: 'link' },
  { trust: 'untrusted', baggage: { accept: ['tenant.*'] } },
] as const;

describe('whatever a message carries', () => {
  it.each(policies)(
    'its handler runs once under %j, gives its result, and leaves nothing attached',
    (policy) => {
      const testBed = setUp({ policy });

      fc.assert(
        fc.property(carrier, fc.boolean(), (headers, batch) => {
          const before = context.active();
          const result = {};
          let runs = 0;

          const given = testBed.instrumenter.process({ messages: [incoming({ headers })], batch }, () => {
            runs += 1;
            return result;
          });

          expect([runs, given]).toEqual([1, result]);
          expect(given).toBe(result);
          expect(context.active()).toBe(before);
        }),
      );
      expect(testBed.spans.every(({ ended }) => ended)).toBe(true);
      expect(testBed.warnings).toEqual([]);
    },
  );

  it('its span is a child exactly where the traceparent can be read, and says why not otherwise', () => {
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

  it('what its handler sends on is well-formed', async () => {
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

  it('it can be forwarded as it is, time and again, and its headers never pile up', async () => {
    const testBed = setUp({}, { sampler: everything });

    await fc.assert(
      fc.asyncProperty(carrier, async (headers) => {
        let current = headers;
        for (let hop = 0; hop < 3; hop++) {
          const message = new FakeOutgoing({ destination: 'retries', headers: current });
          await handleAndSend(testBed, current, message);
          current = message.carrier;
        }

        expect(parseTraceparent(current.traceparent)?.spanId).toBe(
          testBed.spans.at(-1)?.spanContext().spanId,
        );
      }),
    );
  });

  it('it can be sent as it is: the call is made, and its answer is given', async () => {
    const testBed = setUp();

    await fc.assert(
      fc.asyncProperty(carrier, fc.boolean(), async (headers, batch) => {
        const message = new FakeOutgoing({ headers });

        await expect(testBed.instrumenter.publish(publishing([message], { batch }))).resolves.toBe('sent');

        expect(parseTraceparent(message.carrier.traceparent)).toBeDefined();
      }),
    );
  });

  it('it can be received, with a span for it', async () => {
    const testBed = setUp({ receiveSpans: 'always' });

    await fc.assert(
      fc.asyncProperty(fc.array(carrier, { minLength: 1, maxLength: 4 }), async (headers) => {
        const messages = headers.map((each) => incoming({ headers: each }));

        const answer = await testBed.instrumenter.receive({
          destination: 'orders',
          queueKey: 'orders',
          invoke: async () => 'answer',
          messages: () => messages,
        });

        expect(answer).toBe('answer');
        expect(testBed.spans.at(-1)?.name).toBe('receive orders');
      }),
    );
  });
});

describe('whatever baggage an application sets', () => {
  it('the message is sent, with a header that is well-formed or none', async () => {
    const testBed = setUp();

    await fc.assert(
      fc.asyncProperty(
        fc.dictionary(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' })),
        async (entries) => {
          const message = new FakeOutgoing();
          const values = Object.entries(entries).map(([key, value]) => [key, { value }]);
          const baggage = propagation.createBaggage(Object.fromEntries(values));

          await context.with(propagation.setBaggage(context.active(), baggage), () =>
            testBed.instrumenter.publish(publishing([message])),
          );

          expect(message.carrier.baggage ?? 'none').toMatch(/^[\x21-\x7e]+$/);
          expect(trace.getActiveSpan()).toBeUndefined();
        },
      ),
    );
  });
});

async function handleAndSend(testBed: TestBed, headers: Headers, message: FakeOutgoing): Promise<void> {
  await testBed.instrumenter.process({ messages: [incoming({ headers })], batch: false }, () =>
    testBed.instrumenter.publish(publishing([message])),
  );
}
