import { describe, expect, it } from '@jest/globals';
import { incoming } from '../../test/fake-messages.ts';
import { setUp } from '../../test/test-bed.ts';
import { processMessage } from '../operations/process/process-message.ts';
import type { Instrumenter } from '../seam/instrumenter.ts';
import { traceIterator } from './trace-iterator.ts';

interface Message {
  readonly body: string;
}

async function* messages(...bodies: string[]): AsyncGenerator<Message, string> {
  for (const body of bodies) yield { body };
  return 'closed';
}

function tracedMessages(bodies: readonly string[], options: Parameters<typeof setUp>[0] = {}) {
  const testBed = setUp(options);
  const source = messages(...bodies);
  const traced = traceIterator(source, testBed.instrumenter, {
    destination: 'orders',
    queueKey: 'orders',
    messages: (native) => [incoming({ native })],
  });
  return { testBed, source, traced };
}

describe('messages that are handed out through for await', () => {
  it('can be handled with processMessage', async () => {
    const { testBed, source, traced } = tracedMessages(['one', 'two']);
    const handled: string[] = [];
    for await (const message of traced) processMessage(message, () => handled.push(message.body));

    expect(traced).toBe(source);
    expect(handled).toEqual(['one', 'two']);
    expect(testBed.spans.map(({ name }) => name)).toEqual(['process orders', 'process orders']);
  });

  it('have a receive span each, in the span that it was asked for in', async () => {
    const { testBed, traced } = tracedMessages(['one', 'two']);
    const iterator = traced[Symbol.asyncIterator]();
    for (const name of ['first', 'second', 'last']) await testBed.within(name, () => iterator.next());
    const parents = testBed.spans
      .filter(({ name }) => name === 'receive orders')
      .map(({ parentSpanContext }) => parentSpanContext?.spanId);

    expect(parents).toEqual(
      [testBed.span('first'), testBed.span('second')].map((span) => span.spanContext().spanId),
    );
  });

  it('end as they did, and fail as they did', async () => {
    const { traced } = tracedMessages([]);
    const iterator = traced[Symbol.asyncIterator]();

    expect(await iterator.next()).toEqual({ done: true, value: 'closed' });
    await expect(iterator.throw(new RangeError('gone'))).rejects.toThrow('gone');
  });

  it('are traced once, however often the same iterator is asked for', async () => {
    const { testBed, traced } = tracedMessages(['one'], { receiveSpans: 'always' });
    traced[Symbol.asyncIterator]();
    await traced[Symbol.asyncIterator]().next();

    expect(testBed.spans.map(({ name }) => name)).toEqual(['receive orders']);
  });

  it('are only handed out while there is nothing to do', async () => {
    const bodies: string[] = [];
    const from = { destination: 'orders', queueKey: 'orders', messages: () => [] };
    const traced = traceIterator(messages('one'), { isIdle: true } as Instrumenter, from);
    for await (const { body } of traced) bodies.push(body);

    expect(bodies).toEqual(['one']);
  });
});
