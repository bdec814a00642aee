import { beforeEach, describe, expect, it, jest } from '@jest/globals';
import { propagation, trace } from '@opentelemetry/api';
import * as fc from 'fast-check';
import { incoming, traceparent } from '../../../test/fake-messages.ts';
import { setUp, type TestBed } from '../../../test/test-bed.ts';
import { processMessage, processMessages, settleMessages, WaybillError } from '../../index.ts';
import type { IncomingMessage } from '../../seam/incoming-message.ts';

interface Native {
  readonly body: number;
}

let testBed: TestBed;

beforeEach(() => {
  testBed = setUp();
});

describe('processMessage', () => {
  it('returns what the handler returns, at once if the handler is synchronous', async () => {
    const [message] = await received(1);

    expect(processMessage(message as Native, ({ body }) => body + 1)).toBe(1);
  });

  it('refuses a missing handler', async () => {
    const [message] = await received(1);

    expect(() => processMessage(message as Native, undefined as never)).toThrow(
      expect.objectContaining({
        code: 'WAYBILL_NOT_A_FUNCTION',
        message:
          'processMessage: handler: undefined is not a function. Write processMessage(message, async (message) => { … }). [WAYBILL_NOT_A_FUNCTION]',
      }),
    );
  });

  it('handles a message that no traced client received, without a span, and reports that once', () => {
    const copy = { body: 7 };

    expect(processMessage(copy, ({ body }) => body)).toBe(7);
    expect(processMessage({ ...copy }, ({ body }) => body)).toBe(7);

    expect(testBed.spans).toEqual([]);
    expect(testBed.warnings.filter((text) => text.includes('no traced client received'))).toHaveLength(1);
  });

  it('handles a message that another copy of the package received', async () => {
    const [message] = await received(1);
    jest.resetModules();
    const copy = await import('../../index.ts');
    expect(copy.processMessage).not.toBe(processMessage);

    copy.processMessage(message as Native, () => undefined);

    expect(testBed.spans).toHaveLength(1);
  });

  it('links a second handling of a message to the first if deliveries have an identity', async () => {
    const [message] = await received(1, undefined, () => ({ id: 'm-1', attempt: 2 }));

    processMessage(message as Native, () => undefined);
    processMessage(message as Native, () => undefined);

    expect(testBed.spans[1]?.links.map((link) => link.attributes?.['waybill.link.to'])).toEqual([
      'previous-attempt',
    ]);
    const consumed = await testBed.metric('messaging.client.consumed.messages');
    expect(consumed.points.map(({ value }) => value)).toEqual([1]);
  });
});

describe('processMessages', () => {
  it('gives the results of the handler in the order of the messages', async () => {
    const messages = await received(3);
    const gates = messages.map(() => Promise.withResolvers<number>());

    const all = processMessages(messages, ({ body }) => gates[body]?.promise, { concurrency: 3 });
    for (const index of [2, 0, 1]) gates[index]?.resolve(index * 10);

    expect(await all).toEqual([0, 10, 20]);
  });

  it('fails if a message failed, once all were handled', async () => {
    const messages = await received(3);
    const error = new RangeError('no stock');
    const handled: number[] = [];

    const all = processMessages(messages, async ({ body }) => {
      if (body === 1) throw error;
      await new Promise(setImmediate);
      handled.push(body);
    });

    const failure = await all.catch((reason: unknown) => reason);
    expect(failure).toBeInstanceOf(AggregateError);
    expect(failure).toMatchObject({ errors: [error], cause: error });
    expect((failure as AggregateError).errors[0]).toBe(error);
    expect(handled).toEqual([0, 2]);
  });

  it.each<[string, (message: Native) => Partial<IncomingMessage>, string]>([
    ['queue and id', () => ({ id: 'm-1' }), 'orders, id "m-1"'],
    [
      'topic, partition and offset',
      ({ body }) => ({
        position: 40 + body,
        describe: (attributes) => {
          attributes['messaging.destination.partition.id'] = '7';
        },
      }),
      'orders, partition 7, offset 41',
    ],
    ['queue, where there is no more', () => ({}), 'orders'],
    [
      'queue, where reading it fails',
      () => ({
        describe() {
          throw new Error('no');
        },
      }),
      'a message without a name',
    ],
  ])('names the message that failed by its %s', async (_by, fields, name) => {
    const messages = await received(3, undefined, fields);

    const all = processMessages(messages, ({ body }) => {
      if (body === 1) throw new Error('no');
    });

    await expect(all).rejects.toMatchObject({ message: `1 of 3 messages failed: ${name}` });
  });

  it('names a message that no traced client received by its place in the list', async () => {
    const all = processMessages([{ body: 0 }, { body: 1 }], ({ body }) => {
      if (body === 1) throw new Error('no');
    });

    await expect(all).rejects.toMatchObject({ message: '1 of 2 messages failed: message 2 of the list' });
  });

  it('names the first ten, and keeps the error short whatever a sender wrote', async () => {
    const messages = await received(12, undefined, () => ({ id: `${'x'.repeat(10_000)}\n` }));

    const failure: Error = await processMessages(messages, () => Promise.reject(new Error('no'))).then(
      () => new Error('it did not fail'),
      (reason: AggregateError) => reason,
    );

    expect(failure.message).toMatch(
      /^12 of 12 messages failed: orders, id "x+…(; orders, id "x+…){9}; and 2 more$/,
    );
    expect(failure).toMatchObject({ errors: { length: 12 } });
  });

  it('counts messages of a group that were held back among those that failed', async () => {
    const messages = await received(3, () => 'group');
    const error = new RangeError('no stock');

    const all = processMessages(messages, ({ body }) => {
      if (body === 1) throw error;
    });

    await expect(all).rejects.toMatchObject({
      message: '2 of 3 messages failed: orders; orders',
      errors: [error, { code: 'WAYBILL_EARLIER_MESSAGE_FAILED', cause: error }],
    });
  });

  it('fails if undefined was thrown', async () => {
    const all = processMessages(await received(1), () => Promise.reject(undefined));

    await expect(all).rejects.toMatchObject({ errors: [undefined] });
  });
});

describe.each([
  ['processMessages', processMessages],
  ['settleMessages', settleMessages],
])('%s', (name, handleAll: (messages: never, handler: never) => Promise<unknown>) => {
  it('takes undefined, the answer of some clients, for an empty list', async () => {
    expect(await handleAll(undefined as never, (() => 1) as never)).toEqual([]);
  });

  it('takes any iterable', async () => {
    const seen: unknown[] = [];
    await handleAll(
      new Set(await received(2)) as never,
      (({ body }: Native) => {
        seen.push(body);
      }) as never,
    );

    expect(seen).toEqual([0, 1]);
  });

  it.each([
    [null, 'null', `Write ${name}([message], handler) for one, or leave nothing as undefined.`],
    [
      { Body: 'one' },
      '{"Body":"one"}',
      `Write ${name}([message], handler) for one, or leave nothing as undefined.`,
    ],
    [Promise.resolve([]), 'a promise', 'Await it first.'],
    ['one', '"one"', `Write ${name}([message], handler) for one, or leave nothing as undefined.`],
  ])('refuses %p, which is not a list, and names the fix', async (given, shown, fix) => {
    const all = handleAll(given as never, (() => 1) as never);

    await expect(all).rejects.toBeInstanceOf(WaybillError);
    await expect(all).rejects.toMatchObject({
      code: 'WAYBILL_WRONG_MESSAGES',
      message: `${name}: messages: ${shown} is not a list of messages. ${fix} [WAYBILL_WRONG_MESSAGES]`,
    });
  });

  it.each([
    [null, 'null'],
    [5, '5'],
  ])('refuses %p in place of options', async (options, shown) => {
    const handle = handleAll as (...args: unknown[]) => Promise<unknown>;
    const all = handle([], () => 1, options);

    await expect(all).rejects.toMatchObject({
      code: 'WAYBILL_INVALID_OPTION',
      message: `${name}: options: ${shown} are no options. Write { concurrency: 5 }, or leave them out to handle one message at a time. [WAYBILL_INVALID_OPTION]`,
    });
  });

  it('refuses a missing handler, also without messages', async () => {
    await expect(handleAll([] as never, undefined as never)).rejects.toMatchObject({
      code: 'WAYBILL_NOT_A_FUNCTION',
      message: `${name}: handler: undefined is not a function. Write ${name}(messages, async (message) => { … }). [WAYBILL_NOT_A_FUNCTION]`,
    });
  });
});

describe('settleMessages', () => {
  it('handles each message in its own span and with its own baggage', async () => {
    const messages = await received(3);

    const results = await settleMessages(
      messages,
      async () => {
        await Promise.resolve();
        return [
          trace.getActiveSpan()?.spanContext().spanId,
          propagation.getActiveBaggage()?.getEntry('order')?.value,
        ];
      },
      { concurrency: 3 },
    );

    expect(testBed.spans).toHaveLength(3);
    expect(results).toEqual(
      testBed.spans.map((span, index) => ({
        status: 'fulfilled',
        value: [span.spanContext().spanId, String(index)],
      })),
    );
    expect(testBed.spans.map((span) => span.parentSpanContext?.spanId)).toEqual([1, 2, 3].map(spanIdOf));
  });

  it('gives the outcomes in the order of the messages, whichever is done first', async () => {
    const messages = await received(4);
    const gates = messages.map(() => Promise.withResolvers<number>());
    const error = new RangeError('no stock');

    const all = settleMessages(messages, ({ body }) => gates[body]?.promise, { concurrency: 4 });
    gates[3]?.resolve(30);
    gates[1]?.reject(error);
    gates[0]?.resolve(0);
    await Promise.resolve();
    gates[2]?.resolve(20);

    expect(await all).toEqual([
      { status: 'fulfilled', value: 0 },
      { status: 'rejected', reason: error },
      { status: 'fulfilled', value: 20 },
      { status: 'fulfilled', value: 30 },
    ]);
  });

  it('handles one message at a time by default', async () => {
    const messages = await received(3);
    const log: string[] = [];

    await settleMessages(messages, async ({ body }) => {
      log.push(`begin ${body}`);
      await new Promise(setImmediate);
      log.push(`end ${body}`);
    });

    expect(log).toEqual(['begin 0', 'end 0', 'begin 1', 'end 1', 'begin 2', 'end 2']);
  });

  it('takes synchronous handlers', async () => {
    const error = new RangeError('no stock');
    const handler = ({ body }: Native): number => {
      if (body === 1) throw error;
      return body;
    };

    expect(await settleMessages(await received(2), handler)).toEqual([
      { status: 'fulfilled', value: 0 },
      { status: 'rejected', reason: error },
    ]);
  });

  it('gives an empty list for no messages', async () => {
    expect(await settleMessages([], () => 1)).toEqual([]);
  });

  it('passes the same objects to handlers, and does not change the list', async () => {
    const messages = Object.freeze(await received(2));
    const seen: unknown[] = [];

    await settleMessages(messages, (message) => seen.push(message));

    expect(seen).toHaveLength(2);
    expect(seen[0]).toBe(messages[0]);
    expect(seen[1]).toBe(messages[1]);
  });

  it.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, '2'])(
    'refuses a concurrency of %p, and handles nothing',
    async (concurrency) => {
      const messages = await received(1);
      const handled: unknown[] = [];

      const all = settleMessages(messages, (message) => handled.push(message), {
        concurrency: concurrency as number,
      });

      await expect(all).rejects.toMatchObject({
        code: 'WAYBILL_INVALID_OPTION',
        message: `settleMessages: concurrency: ${concurrency === '2' ? '"2"' : concurrency} is not a whole number from 1. Leave it out to handle one message at a time. [WAYBILL_INVALID_OPTION]`,
      });
      await expect(all).rejects.toBeInstanceOf(WaybillError);
      expect(handled).toEqual([]);
    },
  );
});

describe('messages that have to keep their order', () => {
  it('are not handled after one of them failed, and give the reason', async () => {
    const messages = await received(5, ({ body }) => (body === 3 ? 'other' : 'group'));
    const handled: number[] = [];
    const error = new RangeError('no stock');

    const results = await settleMessages(
      messages,
      async ({ body }) => {
        handled.push(body);
        if (body === 1) throw error;
        return body;
      },
      { concurrency: 5 },
    );

    expect(handled.sort()).toEqual([0, 1, 3]);
    expect(results.map(({ status }) => status)).toEqual([
      'fulfilled',
      'rejected',
      'rejected',
      'fulfilled',
      'rejected',
    ]);
    for (const index of [2, 4]) {
      expect(results[index]).toMatchObject({
        reason: {
          code: 'WAYBILL_EARLIER_MESSAGE_FAILED',
          message:
            'The message was not handled, because an earlier message of its group failed and their order has to be kept. [WAYBILL_EARLIER_MESSAGE_FAILED]',
        },
      });
      expect((results[index] as PromiseRejectedResult).reason.cause).toBe(error);
    }
  });

  it('are held back if undefined was thrown, too', async () => {
    const messages = await received(2, () => 'group');

    const results = await settleMessages(messages, () => Promise.reject(undefined));

    expect(results[0]).toEqual({ status: 'rejected', reason: undefined });
    expect(results[1]).toMatchObject({
      status: 'rejected',
      reason: { code: 'WAYBILL_EARLIER_MESSAGE_FAILED' },
    });
  });

  it('have no span if they were not handled', async () => {
    const messages = await received(3, () => 'group');

    await settleMessages(messages, () => Promise.reject(new Error('no')));

    expect(testBed.spans).toHaveLength(1);
  });

  it('never overlap, and no more are handled at once than allowed, with any groups', async () => {
    const groups = fc.array(fc.constantFrom('a', 'b', 'c', undefined), { maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(
        groups,
        fc.integer({ min: 1, max: 5 }),
        fc.infiniteStream(fc.nat({ max: 3 })),
        async (keys, concurrency, delays) => {
          const messages = await received(keys.length, ({ body }) => keys[body]);
          const running = new Set<number>();
          const begun: number[] = [];
          let most = 0;

          await settleMessages(
            messages,
            async ({ body }) => {
              const group = keys[body];
              if (group !== undefined) expect([...running].map((other) => keys[other])).not.toContain(group);
              begun.push(body);
              running.add(body);
              most = Math.max(most, running.size);
              for (let turns = delays.next().value; turns > 0; turns--) await Promise.resolve();
              running.delete(body);
            },
            { concurrency },
          );

          expect(most).toBeLessThanOrEqual(concurrency);
          expect(begun.toSorted((a, b) => a - b)).toEqual([...messages.keys()]);
          for (const group of ['a', 'b', 'c']) {
            const order = begun.filter((body) => keys[body] === group);
            expect(order).toEqual(order.toSorted((a, b) => a - b));
          }
        },
      ),
      { numRuns: 60 },
    );
  });
});

/** Messages as a client's receive call gives them, known to core by that call. */
async function received(
  count: number,
  orderingKey: (message: Native) => string | undefined = () => undefined,
  fields: (message: Native) => Partial<IncomingMessage> = () => ({}),
): Promise<Native[]> {
  return testBed.instrumenter.receive({
    destination: 'orders',
    queueKey: 'orders',
    invoke: async () => Array.from({ length: count }, (_, body): Native => ({ body })),
    messages: (natives) =>
      natives.map((native) =>
        incoming({
          ...fields(native),
          native,
          orderingKey: orderingKey(native),
          headers: {
            traceparent: traceparent(undefined, spanIdOf(native.body + 1)),
            baggage: `order=${native.body}`,
          },
        }),
      ),
  });
}

function spanIdOf(number: number): string {
  return number.toString(16).padStart(16, '0');
}
