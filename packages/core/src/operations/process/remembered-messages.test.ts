import { describe, expect, it, jest } from '@jest/globals';
import { context, trace } from '@opentelemetry/api';
import { incoming, traceId, traceparent, waybillHeader } from '../../../test/fake-messages.ts';
import { fakeAdapter, setUp } from '../../../test/test-bed.ts';
import { instrumenterOf } from '../../adapter.ts';
import { createWaybill } from '../../index.ts';
import { processMessage } from './process-message.ts';
import { settleMessages } from './process-messages.ts';
import { isRemembered } from './received-messages.ts';

describe('messages that an adapter remembers', () => {
  it('are handled by processMessage, each in a span of its own, and counted once', async () => {
    const testBed = setUp();
    const message = incoming({ native: { body: 'one chair' }, headers: { traceparent: traceparent() } });

    testBed.instrumenter.remember([message]);
    const active = processMessage(message.native as object, () => trace.getActiveSpan());

    expect(active).toBe(testBed.span('process orders'));
    expect(testBed.span('process orders').spanContext().traceId).toBe(traceId);
    expect(await testBed.metric('messaging.client.consumed.messages')).toMatchObject({
      points: [{ value: 1 }],
    });
  });

  it('are told apart by whether their processing has started', () => {
    const testBed = setUp();
    const [first, second] = [incoming({ native: {} }), incoming({ native: {} })];

    const remembered = testBed.instrumenter.remember([first, second]);
    processMessage(first.native as object, () => undefined);

    expect(remembered.unprocessed()).toEqual([second]);
  });

  it('are forgotten when the adapter says so', () => {
    const testBed = setUp();
    const message = incoming({ native: {} });

    testBed.instrumenter.remember([message]).forget();
    processMessage(message.native as object, () => undefined);

    expect(testBed.spans).toEqual([]);
  });

  it('of a delivery are forgotten when it ends', () => {
    const testBed = setUp();
    const message = incoming({ native: {} });

    const open = testBed.instrumenter.open({ messages: [message], batch: false });
    open.remember(() => undefined);
    expect(isRemembered(message.native)).toBe(true);
    open.end();

    expect(isRemembered(message.native)).toBe(false);
  });
});

describe('without an SDK', () => {
  it('no header is read, neither of a batch nor of a message that is handled on its own', () => {
    setUp();
    context.disable();
    const instrumenter = instrumenterOf(createWaybill(), fakeAdapter);
    const headers = jest.fn();
    const message = Object.defineProperty({ ...incoming({ native: {} }) }, 'headers', { get: headers });

    const results = [
      instrumenter.process({ messages: [message], batch: true }, () => 'batch'),
      processMessage(message.native as object, () => 'message'),
    ];

    expect(results).toEqual(['batch', 'message']);
    expect(headers).not.toHaveBeenCalled();
  });
});

describe('a delivery that started before it was told', () => {
  it('has a span and an age that count from its start', async () => {
    const now = Date.now();
    const testBed = setUp({ policy: { linkAfter: '1m' } });
    const message = incoming({
      headers: { traceparent: traceparent(), waybill: waybillHeader(now - 100_000) },
    });

    testBed.instrumenter.open({ messages: [message], batch: false, startedAt: now - 50_000 }).end();

    const span = testBed.span('process orders');
    expect(span.startTime[0]).toBe(Math.floor((now - 50_000) / 1_000));
    expect(span.attributes['waybill.relation']).toBe('parent');
    const { points } = await testBed.metric('messaging.process.duration');
    expect(points[0]?.value).toMatchObject({ count: 1 });
    expect((points[0]?.value as { sum: number } | undefined)?.sum).toBeGreaterThanOrEqual(50);
  });
});

describe('a link to where a message was created', () => {
  it.each<['trusted' | 'untrusted', true | undefined]>([
    ['trusted', undefined],
    ['untrusted', true],
  ])('says of a sender that is %s whether it is trusted', (trust, untrusted) => {
    const testBed = setUp({ policy: { relation: 'link', trust } });

    testBed.instrumenter.process(
      { messages: [incoming({ headers: { traceparent: traceparent() } })], batch: false },
      () => undefined,
    );

    expect(testBed.span('process orders').links[0]?.attributes?.['waybill.link.untrusted']).toBe(untrusted);
  });
});

describe('a list of messages that is to end at its first failure', () => {
  it('hands no more messages to the handler, and says why they failed', async () => {
    const handled: number[] = [];
    const messages = [1, 2, 3].map((number) => ({ number }));
    const failure = new Error('no stock');
    setUp();

    const results = await settleMessages(
      messages,
      ({ number }) => {
        handled.push(number);
        if (number === 2) throw failure;
      },
      { stopOnFailure: true },
    );

    expect(handled).toEqual([1, 2]);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected']);
    expect(results[2]).toMatchObject({
      reason: {
        code: 'WAYBILL_EARLIER_MESSAGE_FAILED',
        message:
          'The message was not handled, because an earlier message failed and their order has to be kept. [WAYBILL_EARLIER_MESSAGE_FAILED]',
        cause: failure,
      },
    });
  });

  it('is refused with a flag that is none', async () => {
    await expect(settleMessages([], () => undefined, { stopOnFailure: 'yes' as never })).rejects.toThrow(
      'settleMessages: stopOnFailure: "yes" is not a boolean. Write true to handle nothing more after the first failure.',
    );
  });
});
