import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from '@jest/globals';
import { type Context, context, trace } from '@opentelemetry/api';
import { incoming, traceparent } from '../../test/fake-messages.ts';
import { type Lab, setUp } from '../../test/telemetry-lab.ts';
import type { IncomingMessage } from '../messages/incoming-message.ts';

setFlagsFromString('--expose-gc');
const collectGarbage: () => void = runInNewContext('gc');

describe('a message that was handled', () => {
  it.each([
    ['alone', false],
    ['in a batch', true],
  ])(
    '%s is kept alive by nothing of ours, though a timer of its handler holds the context',
    async (_how, batch) => {
      const lab = setUp();

      const { held, message } = await handleAndForget(lab, batch);

      expect(await isCollected(message)).toBe(true);
      expect(trace.getSpan(held)).toBe(lab.span('process orders'));
    },
  );

  it('stays as long as the application holds on to what its client gave it', async () => {
    const lab = setUp();
    const native = { body: 'kept' };
    const { message } = await handleAndForget(lab, true, native);

    expect(await isCollected(message)).toBe(false);
    expect(native.body).toBe('kept');
  });
});

/** Handles a message in a frame of its own, so that no variable of the test keeps it. */
async function handleAndForget(
  lab: Lab,
  batch: boolean,
  native: object = {},
): Promise<{ readonly held: Context; readonly message: WeakRef<IncomingMessage> }> {
  const message = incoming({ native, id: 'm-1', attempt: 1, headers: { traceparent: traceparent() } });
  const held = await lab.port.process({ messages: [message], batch }, async () => context.active());
  return { held, message: new WeakRef(message) };
}

async function isCollected(reference: WeakRef<object>): Promise<boolean> {
  for (let turn = 0; turn < 10 && reference.deref() !== undefined; turn++) {
    await new Promise(setImmediate);
    collectGarbage();
  }
  return reference.deref() === undefined;
}
