import { describe, expect, it } from '@jest/globals';
import { incoming } from '../../test/fake-messages.ts';
import { setUp } from '../../test/telemetry-lab.ts';
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
  const lab = setUp(options);
  const source = messages(...bodies);
  const traced = traceIterator(source, lab.instrumenter, {
    destination: 'orders',
    queueKey: 'orders',
    messages: (native) => [incoming({ native })],
  });
  return { lab, source, traced };
}

describe('messages that are handed out through for await', () => {
  it('can be handled with processMessage', async () => {
    const { lab, source, traced } = tracedMessages(['one', 'two']);
    const handled: string[] = [];
    for await (const message of traced) processMessage(message, () => handled.push(message.body));

    expect(traced).toBe(source);
    expect(handled).toEqual(['one', 'two']);
    expect(lab.spans.map(({ name }) => name)).toEqual(['process orders', 'process orders']);
  });

  it('have a receive span each, in the span that it was asked for in', async () => {
    const { lab, traced } = tracedMessages(['one', 'two']);
    const iterator = traced[Symbol.asyncIterator]();
    for (const name of ['first', 'second', 'last']) await lab.within(name, () => iterator.next());
    const parents = lab.spans
      .filter(({ name }) => name === 'receive orders')
      .map(({ parentSpanContext }) => parentSpanContext?.spanId);

    expect(parents).toEqual([lab.span('first'), lab.span('second')].map((span) => span.spanContext().spanId));
  });

  it('end as they did, and fail as they did', async () => {
    const { traced } = tracedMessages([]);
    const iterator = traced[Symbol.asyncIterator]();

    expect(await iterator.next()).toEqual({ done: true, value: 'closed' });
    await expect(iterator.throw(new RangeError('gone'))).rejects.toThrow('gone');
  });

  it('are traced once, however often the same iterator is asked for', async () => {
    const { lab, traced } = tracedMessages(['one'], { receiveSpans: 'always' });
    traced[Symbol.asyncIterator]();
    await traced[Symbol.asyncIterator]().next();

    expect(lab.spans.map(({ name }) => name)).toEqual(['receive orders']);
  });

  it('are only handed out while there is nothing to do', async () => {
    const bodies: string[] = [];
    const from = { destination: 'orders', queueKey: 'orders', messages: () => [] };
    const traced = traceIterator(messages('one'), { isIdle: true } as Instrumenter, from);
    for await (const { body } of traced) bodies.push(body);

    expect(bodies).toEqual(['one']);
  });
});
