import { describe, expect, it } from '@jest/globals';
import {
  type Context,
  context,
  createContextKey,
  propagation,
  type TextMapGetter,
  type TextMapPropagator,
  type TextMapSetter,
  trace,
} from '@opentelemetry/api';
import { CompositePropagator, W3CBaggagePropagator, W3CTraceContextPropagator } from '@opentelemetry/core';
import {
  FakeOutgoing,
  type Headers,
  incoming,
  publishing,
  spanId,
  traceId,
  traceparent,
} from '../../../test/fake-messages.ts';
import { setUp, type TestBed } from '../../../test/test-bed.ts';
import { parseWaybillHeader } from './waybill-header.ts';

/** Writes one header in a format of its own, under a name in mixed case. */
class LineageX implements TextMapPropagator {
  inject(of: Context, carrier: unknown, setter: TextMapSetter): void {
    const span = trace.getSpanContext(of);
    if (span !== undefined) setter.set(carrier, 'X-Lineage', `${span.traceId}:${span.spanId}`);
    setter.set(carrier, 'x-empty', '');
  }

  extract(into: Context, carrier: unknown, getter: TextMapGetter): Context {
    const [trace_, span] = String(getter.get(carrier, 'X-Lineage') ?? '').split(':');
    if (trace_ === undefined || span === undefined) return into;
    return trace.setSpanContext(into, { traceId: trace_, spanId: span, traceFlags: 1, isRemote: true });
  }

  fields(): string[] {
    return ['X-Lineage'];
  }
}

const w3c = (): TextMapPropagator =>
  new CompositePropagator({ propagators: [new W3CTraceContextPropagator(), new W3CBaggagePropagator()] });

describe('a propagator of another format', () => {
  const lineage = `${traceId}:${spanId}`;

  it('writes its own headers instead of W3C’s, in lower case, and no empty one', async () => {
    const testBed = setUp({ propagator: new LineageX() });
    const message = new FakeOutgoing();

    await testBed.instrumenter.publish(publishing([message]));

    const span = testBed.span('send orders').spanContext();
    expect(Object.keys(message.carrier).sort()).toEqual(['waybill', 'x-lineage']);
    expect(message.carrier['x-lineage']).toBe(`${span.traceId}:${span.spanId}`);
    expect(parseWaybillHeader(message.carrier.waybill)?.spanId).toBe(span.spanId);
    expect(testBed.instrumenter.headerNames).toEqual(['x-lineage', 'waybill']);
  });

  it.each<[string, Headers[string]]>([
    ['text', lineage],
    ['bytes', Buffer.from(lineage)],
  ])('is read from %s', (_what, value) => {
    const testBed = setUp({ propagator: new LineageX() });

    handle(testBed, { 'x-lineage': value, traceparent: traceparent('f'.repeat(32)) });

    expect(testBed.span('process orders').parentSpanContext).toMatchObject({ traceId, spanId });
  });

  it('makes a new root if it cannot read the headers, with the reason', async () => {
    const testBed = setUp({ propagator: new LineageX() });

    handle(testBed, { 'x-lineage': 'no' });

    expect(testBed.span('process orders')).toMatchObject({
      parentSpanContext: undefined,
      attributes: { 'waybill.relation.reason': 'malformed' },
    });
    expect((await testBed.metric('waybill.carrier.rejected')).points).toMatchObject([
      {
        attributes: { 'waybill.carrier.header': 'traceparent', 'waybill.carrier.reason': 'malformed' },
        value: 1,
      },
    ]);
  });

  it('counts no problem if it reads a context or there is none', async () => {
    const testBed = setUp({ propagator: new LineageX() });

    handle(testBed, { 'x-lineage': lineage });
    handle(testBed, {});

    expect((await testBed.metric('waybill.carrier.rejected')).points).toEqual([]);
  });

  it('distinguishes an unreadable context from none', () => {
    const testBed = setUp({ propagator: new LineageX() });

    handle(testBed, {});

    expect(testBed.span('process orders').attributes['waybill.relation.reason']).toBe('no-context');
  });

  it('keeps a context that the caller wrote', async () => {
    const testBed = setUp({ propagator: new LineageX() });
    const message = new FakeOutgoing({ headers: { 'x-lineage': lineage } });

    await testBed.instrumenter.publish(publishing([message]));

    expect(message.carrier['x-lineage']).toBe(lineage);
    expect(testBed.span('send orders').links).toMatchObject([{ context: { traceId, spanId } }]);
  });

  it('forwards with the current span instead of the one that arrived', async () => {
    const testBed = setUp({ propagator: new LineageX() });
    const message = new FakeOutgoing({ destination: 'retries', headers: { 'x-lineage': lineage } });

    await handle(testBed, { 'x-lineage': lineage }, () =>
      testBed.instrumenter.publish(publishing([message])),
    );

    expect(message.carrier['x-lineage']).toBe(
      `${traceId}:${testBed.span('send retries').spanContext().spanId}`,
    );
  });
});

describe('an unusual propagator', () => {
  it('leaves only the accepted baggage of an untrusted sender in the context', () => {
    const debug = createContextKey('debug');
    const inner = w3c();
    const propagator: TextMapPropagator = {
      inject: (...args) => inner.inject(...args),
      extract: (...args) => inner.extract(...args).setValue(debug, true),
      fields: () => inner.fields(),
    };
    const seen = (['trusted', 'untrusted'] as const).map((trust) => {
      const testBed = setUp({ propagator, policy: { trust, baggage: { accept: ['tenant.id'] } } });
      return handle(testBed, { traceparent: traceparent(), baggage: 'tenant.id=acme,debug=1' }, () => [
        context.active().getValue(debug),
        propagation.getActiveBaggage()?.getAllEntries(),
      ]);
    });

    const baggage = [['tenant.id', { value: 'acme' }]];
    expect(seen).toEqual([
      [true, baggage],
      [undefined, baggage],
    ]);
  });

  it('gets a list of values for a header that may be repeated, and text for others', () => {
    const got: unknown[] = [];
    const propagator: TextMapPropagator = {
      inject: () => undefined,
      extract(into, carrier, getter) {
        got.push(
          ...['TraceState', 'baggage', 'x-lineage', 'missing'].map((name) => getter.get(carrier, name)),
        );
        return into;
      },
      fields: () => [],
    };
    const testBed = setUp({ propagator });

    handle(testBed, {
      tracestate: ['a=1', Buffer.from('b=2')],
      baggage: ['c=3'],
      'x-lineage': ['first', 'last'],
    });

    expect(got).toEqual([['a=1', 'b=2'], 'c=3', 'last', undefined]);
  });

  it('is not asked for baggage of an untrusted sender if none is accepted', async () => {
    const read: string[] = [];
    const inner = w3c();
    const propagator: TextMapPropagator = {
      inject: (...args) => inner.inject(...args),
      extract(into, carrier, { keys, get }) {
        const listening: TextMapGetter = {
          keys,
          get(from, key) {
            const value = get(from, key);
            if (key === 'baggage' && value !== undefined) read.push(String(value));
            return value;
          },
        };
        return inner.extract(into, carrier, listening);
      },
      fields: () => inner.fields(),
    };
    const testBed = setUp({ propagator, policy: { queues: { orders: { trust: 'untrusted' } } } });
    const headers = { traceparent: traceparent(), baggage: 'debug=1' };
    const forward = (): unknown => testBed.instrumenter.publish(publishing([new FakeOutgoing({ headers })]));

    await testBed.instrumenter.process({ messages: [incoming({ headers })], batch: false }, forward);
    await testBed.instrumenter.process({ messages: [incoming({ headers })], batch: true }, forward);

    expect(read).toEqual([]);
  });

  it('runs with the given context active', async () => {
    const alike: boolean[] = [];
    const inner = w3c();
    const propagator: TextMapPropagator = {
      inject(given, ...rest) {
        alike.push(given === context.active());
        inner.inject(context.active(), ...rest);
      },
      extract(given, ...rest) {
        alike.push(given === context.active());
        return inner.extract(context.active(), ...rest);
      },
      fields: () => inner.fields(),
    };
    const testBed = setUp({ propagator });
    const message = new FakeOutgoing();

    await handle(testBed, { traceparent: traceparent() }, () =>
      testBed.instrumenter.publish(publishing([message])),
    );

    expect(alike).not.toContain(false);
    expect(message.carrier.traceparent).toContain(testBed.span('send orders').spanContext().spanId);
  });

  it.each(['fields', 'inject', 'extract'] as const)(
    'may throw in %s, and the message goes on',
    async (broken) => {
      const inner = w3c();
      const propagator: TextMapPropagator = {
        inject: (...args) => inner.inject(...args),
        extract: (...args) => inner.extract(...args),
        fields: () => inner.fields(),
        [broken]: () => {
          throw new Error('broken');
        },
      };
      const testBed = setUp({ propagator });
      const message = new FakeOutgoing({ destination: 'next' });

      const answer = await handle(testBed, { traceparent: traceparent() }, () =>
        testBed.instrumenter.publish(publishing([message])),
      );

      expect(answer).toBe('sent');
      expect(testBed.instrumenter.headerNames).toEqual(expect.arrayContaining(['traceparent', 'waybill']));
      expect(testBed.warnings.length).toBeGreaterThan(0);
    },
  );
});

describe('OpenTelemetry’s own propagators', () => {
  it('carry the same headers as ours', async () => {
    const sent: Headers[] = [];
    for (const propagator of [undefined, w3c()]) {
      const testBed = setUp({ propagator, policy: { baggage: { send: ['tenant.*'] } } });
      const message = new FakeOutgoing();
      const baggage = propagation.createBaggage({ 'tenant.id': { value: 'a b' }, secret: { value: 'x' } });
      await context.with(propagation.setBaggage(context.active(), baggage), () =>
        testBed.instrumenter.publish(publishing([message])),
      );
      sent.push(message.carrier);
    }

    expect(sent.map((headers) => Object.keys(headers))).toEqual([
      ['traceparent', 'waybill', 'baggage'],
      ['traceparent', 'waybill', 'baggage'],
    ]);
    expect(sent.map(({ baggage }) => baggage)).toEqual(['tenant.id=a%20b', 'tenant.id=a%20b']);
  });

  it('carry all baggage if the policy has no list', async () => {
    const testBed = setUp({ propagator: w3c() });
    const message = new FakeOutgoing();
    const baggage = propagation.createBaggage({ 'tenant.id': { value: 'acme' } });
    await context.with(propagation.setBaggage(context.active(), baggage), () =>
      testBed.instrumenter.publish(publishing([message])),
    );
    let tenant: string | undefined;

    handle(testBed, message.carrier, () => {
      tenant = propagation.getActiveBaggage()?.getEntry('tenant.id')?.value;
    });

    expect(message.carrier.baggage).toBe('tenant.id=acme');
    expect(tenant).toBe('acme');
  });

  it('carry the accepted baggage, and put no span into the context', () => {
    const testBed = setUp({
      propagator: w3c(),
      policy: { relation: 'none', baggage: { accept: ['tenant.*'] } },
    });
    let keys: unknown;

    handle(testBed, { traceparent: traceparent(), baggage: 'tenant.id=acme,secret=x' }, () => {
      keys = propagation
        .getActiveBaggage()
        ?.getAllEntries()
        .map(([key]) => key);
    });

    expect(keys).toEqual(['tenant.id']);
    expect(testBed.span('process orders').spanContext().traceId).not.toBe(traceId);
  });
});

function handle<R = void>(testBed: TestBed, headers: Headers, handler: () => R = () => undefined as R): R {
  return testBed.instrumenter.process({ messages: [incoming({ headers })], batch: false }, handler);
}
