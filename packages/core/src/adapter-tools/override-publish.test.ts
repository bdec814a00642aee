import { describe, expect, it } from '@jest/globals';
import { FakeOutgoing } from '../../test/fake-messages.ts';
import { setUp } from '../../test/test-bed.ts';
import type { Instrumenter } from '../seam/instrumenter.ts';
import { overridePublish } from './override-publish.ts';

const message = { body: 'one' };
const more = { of: 'a subclass' };

describe('a method that publishes', () => {
  it('is called in the span of its call, with what was written', async () => {
    const testBed = setUp();
    const client = new Client();
    trace(client, testBed.instrumenter);

    expect(await client.send(message, more)).toBe(client);

    const traceparent = expect.stringContaining(testBed.span('send orders').spanContext().spanId);
    expect(client.calls).toEqual([[{ ...message, headers: expect.objectContaining({ traceparent }) }, more]]);
  });

  it('gets the arguments of the caller while there is nothing to do', async () => {
    const client = new Client();
    trace(client, { isIdle: true } as Instrumenter);

    expect(await client.send(message)).toBe(client);

    expect(client.calls).toEqual([[message]]);
    expect(client.calls[0]?.[0]).toBe(message);
  });

  it.each<[string, () => undefined]>([
    ['that are not to be traced', () => undefined],
    [
      'that cannot be read',
      () => {
        throw new TypeError('No message.');
      },
    ],
  ])('gets arguments %s as they are', async (_which, read) => {
    const testBed = setUp();
    const client = new Client();
    trace(client, testBed.instrumenter, read);

    await client.send(message, more);

    expect(client.calls[0]).toEqual([message, more]);
    expect(client.calls[0]?.[0]).toBe(message);
    expect([testBed.spans, testBed.warnings]).toEqual([[], []]);
  });

  it('throws what the client throws', async () => {
    const testBed = setUp();
    const client = new Client();
    client.error = new RangeError('too large');
    trace(client, testBed.instrumenter);

    await expect(client.send(message)).rejects.toBe(client.error);

    expect(testBed.span('send orders').status.message).toBe('too large');
  });
});

class Client {
  readonly calls: unknown[][] = [];
  error: Error | undefined;

  async send(...args: [sent: object, ...rest: unknown[]]): Promise<this> {
    this.calls.push(args);
    if (this.error !== undefined) throw this.error;
    return this;
  }
}

function trace(client: Client, instrumenter: Instrumenter, read?: () => undefined): void {
  overridePublish(client, 'send', instrumenter, (bare, sent, ...rest) => {
    if (read !== undefined) return read();
    const outgoing = new FakeOutgoing();
    const invoke = (): Promise<Client> => bare.call(client, { ...sent, headers: outgoing.carrier }, ...rest);
    return { messages: [outgoing], batch: false, completes: 'promise', invoke };
  });
}
