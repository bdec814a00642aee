import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from '@jest/globals';
import { type Context, context, trace } from '@opentelemetry/api';
import { incoming, traceparent } from '../../test/fake-messages.ts';
import { setUp, type TestBed } from '../../test/test-bed.ts';
import type { IncomingMessage } from '../seam/incoming-message.ts';

setFlagsFromString('--expose-gc');
const collectGarbage: () => void = runInNewContext('gc');

/** A full collection takes up to seconds where the machine has much else to do. In ms. */
const timeout = 60_000;
const mostRounds = 10;

describe('a message that was handled', () => {
  it.each([
    ['alone', false],
    ['in a batch', true],
  ])(
    '%s is garbage collected while a timer of its handler holds the context',
    async (_how, batch) => {
      const testBed = setUp();

      const { held, message } = await handleAndForget(testBed, batch);

      for (let round = 0; round < mostRounds && message.deref() !== undefined; round++) await collect();
      expect(message.deref()).toBeUndefined();
      expect(trace.getSpan(held)).toBe(testBed.span('process orders'));
    },
    timeout,
  );

  it(
    'can be processed as long as the application holds the object that its client gave it',
    async () => {
      const testBed = setUp();
      const native = { body: 'kept' };
      const { message } = await handleAndForget(testBed, true, native);

      await collect();
      await collect();
      expect(message.deref()).toBeDefined();
      expect(native.body).toBe('kept');
    },
    timeout,
  );
});

/** Handles a message in a frame of its own, so that no variable of the test keeps it. */
async function handleAndForget(
  testBed: TestBed,
  batch: boolean,
  native: object = {},
): Promise<{ readonly held: Context; readonly message: WeakRef<IncomingMessage> }> {
  const message = incoming({ native, id: 'm-1', attempt: 1, headers: { traceparent: traceparent() } });
  const held = await testBed.instrumenter.process({ messages: [message], batch }, async () =>
    context.active(),
  );
  return { held, message: new WeakRef(message) };
}

/** A reference that was read keeps its object until the end of the turn. */
async function collect(): Promise<void> {
  await new Promise(setImmediate);
  collectGarbage();
}
