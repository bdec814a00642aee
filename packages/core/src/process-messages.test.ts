import { beforeEach, describe, expect, it, jest } from '@jest/globals';
import { propagation, trace } from '@opentelemetry/api';
import * as fc from 'fast-check';
import { incoming, traceparent } from '../test/fake-messages.ts';
import { type Lab, setUp } from '../test/telemetry-lab.ts';
import { processMessage, processMessages, WaybillError } from './index.ts';

interface Native {
  readonly body: number;
}

let lab: Lab;

beforeEach(() => {
  lab = setUp();
});

describe('processMessages', () => {
  it('handles each message in a span and with the baggage of its own', async () => {
    const messages = await received(3);

    const results = await processMessages(
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

    expect(lab.spans).toHaveLength(3);
    expect(results).toEqual(
      lab.spans.map((span, index) => ({
        status: 'fulfilled',
        value: [span.spanContext().spanId, String(index)],
      })),
    );
    expect(lab.spans.map((span) => span.parentSpanContext?.spanId)).toEqual([1, 2, 3].map(spanIdOf));
  });

  it('tells what became of each message in their order, whatever the order in which they are done', async () => {
    const messages = await received(4);
    const gates = messages.map(() => Promise.withResolvers<number>());
    const error = new RangeError('no stock');

    const all = processMessages(messages, ({ body }) => gates[body]?.promise, { concurrency: 4 });
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

  it('handles one after the other unless told otherwise', async () => {
    const messages = await received(3);
    const log: string[] = [];

    await processMessages(messages, async ({ body }) => {
      log.push(`begin ${body}`);
      await new Promise(setImmediate);
      log.push(`end ${body}`);
    });

    expect(log).toEqual(['begin 0', 'end 0', 'begin 1', 'end 1', 'begin 2', 'end 2']);
  });

  it('takes handlers that answer at once or throw at once', async () => {
    const error = new RangeError('no stock');
    const handler = ({ body }: Native): number => {
      if (body === 1) throw error;
      return body;
    };

    expect(await processMessages(await received(2), handler)).toEqual([
      { status: 'fulfilled', value: 0 },
      { status: 'rejected', reason: error },
    ]);
  });

  it('answers for no messages with none', async () => {
    expect(await processMessages([], () => 1)).toEqual([]);
  });

  it('gives handlers the very objects, and leaves the list as it was', async () => {
    const messages = Object.freeze(await received(2));
    const seen: unknown[] = [];

    await processMessages(messages, (message) => seen.push(message));

    expect(seen).toHaveLength(2);
    expect(seen[0]).toBe(messages[0]);
    expect(seen[1]).toBe(messages[1]);
  });

  it.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, '2'])(
    'refuses a concurrency of %p, and handles nothing',
    async (concurrency) => {
      const messages = await received(1);
      const handled: unknown[] = [];

      const all = processMessages(messages, (message) => handled.push(message), {
        concurrency: concurrency as number,
      });

      await expect(all).rejects.toMatchObject({
        code: 'invalid-configuration',
        message: `processMessages: concurrency: ${concurrency} is not a whole number from 1. Leave it out to handle one message at a time.`,
      });
      await expect(all).rejects.toBeInstanceOf(WaybillError);
      expect(handled).toEqual([]);
    },
  );
});

describe('messages that have to keep their order', () => {
  it('are not handled after one of them failed, and say why', async () => {
    const messages = await received(5, ({ body }) => (body === 3 ? 'other' : 'group'));
    const handled: number[] = [];
    const error = new RangeError('no stock');

    const results = await processMessages(
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
          code: 'earlier-message-failed',
          message:
            'The message was not handled, because an earlier message of its group failed and their order has to be kept.',
        },
      });
      expect((results[index] as PromiseRejectedResult).reason.cause).toBe(error);
    }
  });

  it('are held back also where what was thrown is nothing', async () => {
    const messages = await received(2, () => 'group');

    const results = await processMessages(messages, () => Promise.reject(undefined));

    expect(results[0]).toEqual({ status: 'rejected', reason: undefined });
    expect(results[1]).toMatchObject({ status: 'rejected', reason: { code: 'earlier-message-failed' } });
  });

  it('have no span where they were not handled', async () => {
    const messages = await received(3, () => 'group');

    await processMessages(messages, () => Promise.reject(new Error('no')));

    expect(lab.spans).toHaveLength(1);
  });

  it('never overlap, and no more are handled at once than allowed, whatever the groups', async () => {
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

          await processMessages(
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

describe('processMessage', () => {
  it('gives what the handler gives, at once where it answers at once', async () => {
    const [message] = await received(1);

    expect(processMessage(message as Native, ({ body }) => body + 1)).toBe(1);
  });

  it('handles a message that no traced client received, without a span, and reports that once', () => {
    const copy = { body: 7 };

    expect(processMessage(copy, ({ body }) => body)).toBe(7);
    expect(processMessage({ ...copy }, ({ body }) => body)).toBe(7);

    expect(lab.spans).toEqual([]);
    expect(lab.warnings.filter((text) => text.includes('no traced client received'))).toHaveLength(1);
  });

  it('knows what another copy of the package received', async () => {
    const [message] = await received(1);
    jest.resetModules();
    const copy = await import('./index.ts');
    expect(copy.processMessage).not.toBe(processMessage);

    copy.processMessage(message as Native, () => undefined);

    expect(lab.spans).toHaveLength(1);
  });

  it('links a second handling of the same message to the first where deliveries are known apart', async () => {
    const [message] = await received(1, undefined, { id: 'm-1', attempt: 2 });

    processMessage(message as Native, () => undefined);
    processMessage(message as Native, () => undefined);

    expect(lab.spans[1]?.links.map((link) => link.attributes?.['waybill.link.to'])).toEqual([
      'previous-attempt',
    ]);
    const consumed = await lab.metric('messaging.client.consumed.messages');
    expect(consumed.points.map(({ value }) => value)).toEqual([1]);
  });
});

/** Messages as a client's receive call gives them, known to core by that call. */
async function received(
  count: number,
  orderingKey: (message: Native) => string | undefined = () => undefined,
  fields: { readonly id?: string; readonly attempt?: number } = {},
): Promise<Native[]> {
  return lab.port.receive({
    destination: 'orders',
    subject: 'orders',
    invoke: async () => Array.from({ length: count }, (_, body): Native => ({ body })),
    messages: (natives) =>
      natives.map((native) =>
        incoming({
          ...fields,
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
