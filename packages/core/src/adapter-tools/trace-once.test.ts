import { describe, expect, it } from '@jest/globals';
import { captureWarnings, fakeAdapter } from '../../test/test-bed.ts';
import { WaybillError } from '../ground/waybill-error.ts';
import { createWaybill } from '../waybill/create-waybill.ts';
import type { Waybill } from '../waybill/waybill.ts';
import { overrideMethod, traceInner, traceOnce } from './trace-once.ts';

class Client {
  readonly #sent: string[] = [];

  send(queue: string, body: string): string {
    this.#sent.push(`${queue}: ${body}`);
    return body;
  }

  sendAll(queue: string, ...bodies: string[]): string[] {
    return bodies.map((body) => this.send(queue, body));
  }

  get sent(): readonly string[] {
    return this.#sent;
  }
}

describe('overrideMethod', () => {
  it('replaces the method on this instance only', () => {
    const [client, other] = [new Client(), new Client()];
    shout(client);

    expect(client.send('orders', 'a')).toBe('A');
    expect(other.send('orders', 'a')).toBe('a');
    expect(client).toBeInstanceOf(Client);
    expect(client.sent).toEqual(['orders: A']);
  });

  it('sees the calls that the client makes of its own method, once each', () => {
    const client = new Client();
    shout(client);

    expect(client.sendAll('orders', 'a', 'b')).toEqual(['A', 'B']);
  });

  it('keeps the name and the number of parameters', () => {
    const client = new Client();
    shout(client);

    expect([client.send.name, client.send.length]).toEqual(['send', 2]);
  });

  it.each([
    ['own and enumerable', { send: (body: string) => body }, true],
    [
      'own and hidden',
      Object.defineProperty({ send: (body: string) => body }, 'send', { enumerable: false }),
      false,
    ],
    ['inherited', Object.create({ send: (body: string) => body }) as { send(body: string): string }, false],
  ])('keeps the enumerability of a method that is %s', (_what, client, enumerable) => {
    overrideMethod(client, 'send', (original) => (body) => original.call(client, body).toUpperCase());

    expect(Object.keys(client).includes('send')).toBe(enumerable);
    expect({ ...client }.send?.('a')).toBe(enumerable ? 'A' : undefined);
  });

  it('leaves the method replaceable', () => {
    const client = new Client();
    shout(client);
    client.send = () => 'replaced';

    expect(client.send('orders', 'a')).toBe('replaced');
  });
});

describe('traceOnce', () => {
  it('gives the client itself, traced once however often it is called', () => {
    const [client, waybill] = [new Client(), createWaybill()];

    const traced = trace(trace(client, waybill), waybill);

    expect(traced).toBe(client);
    expect(client.send('orders', 'a')).toBe('A');
    expect(client.sent).toEqual(['orders: A']);
    expect(Object.keys(client)).toEqual([]);
  });

  it('leaves a client to the Waybill that traced it first, and reports that once', () => {
    const warnings = captureWarnings();
    const client = trace(new Client(), createWaybill());
    let again = 0;

    for (const other of [createWaybill(), createWaybill()]) trace(client, other, () => (again += 1));

    expect(again).toBe(0);
    expect(warnings).toEqual([
      '@waybill/core traceClient: the client is traced by another Waybill already, which stays. Create one Waybill, and trace each client once [WAYBILL_TRACED_TWICE]',
    ]);
  });

  it.each<[string, unknown, string]>([
    ['nothing', undefined, 'undefined is not a client of ours. Pass what new Client() gives.'],
    ['a text', 'orders', 'the text "orders" is not a client of ours. Pass what new Client() gives.'],
    [
      'a promise',
      Promise.resolve(new Client()),
      'a promise is not a client of ours, but may become one. Await it first. Pass what new Client() gives.',
    ],
    [
      'another object',
      new Map(),
      'an object of Map is not a client of ours: it has no method send, sendAll. Pass what new Client() gives.',
    ],
    [
      'an object that cannot be read',
      new Proxy({}, { get: () => fails() }),
      'an object is not a client of ours: it has no method send, sendAll. Pass what new Client() gives.',
    ],
  ])('refuses %s', (_what, given, expected) => {
    const error = thrownBy(() => trace(given as Client, createWaybill()));

    expect(error).toBeInstanceOf(WaybillError);
    expect(error).toMatchObject({
      code: 'WAYBILL_WRONG_CLIENT',
      message: `traceClient: ${expected} [WAYBILL_WRONG_CLIENT]`,
    });
  });

  it.each<[string, unknown, string]>([
    ['nothing', undefined, 'undefined'],
    ['options', { policy: {} }, 'an object'],
    ['a promise', Promise.resolve(), 'a promise'],
  ])('refuses %s in place of a Waybill', (_what, given, told) => {
    const client = new Client();
    const error = thrownBy(() => trace(client, given as Waybill));

    expect(error).toMatchObject({
      code: 'WAYBILL_NOT_A_WAYBILL',
      message: `traceClient: ${told} is not a Waybill. Pass what createWaybill() gives. [WAYBILL_NOT_A_WAYBILL]`,
    });
    expect(trace(client, createWaybill()).send('orders', 'a')).toBe('A');
  });

  it('traces all methods of a client or none', () => {
    const own = (): string[] => ['own'];
    const client = Object.assign(new Client(), { sendAll: own });
    const failure = new RangeError('no events');

    const error = thrownBy(() =>
      trace(client, createWaybill(), () => {
        shout(client);
        overrideMethod(client, 'sendAll', () => () => ['traced']);
        throw failure;
      }),
    );

    expect(error).toMatchObject({
      code: 'WAYBILL_WRONG_CLIENT',
      message:
        'traceClient: an object of Client cannot be traced, and nothing of it was changed: RangeError: no events. Pass what new Client() gives, neither frozen nor wrapped. [WAYBILL_WRONG_CLIENT]',
      cause: failure,
    });
    expect(Object.keys(client)).toEqual(['sendAll']);
    expect(client.sendAll).toBe(own);
    expect(client.send).toBe(Client.prototype.send);
    expect(trace(client, createWaybill()).send('orders', 'a')).toBe('A');
  });

  it('refuses a frozen client', () => {
    const client = Object.freeze(new Client()) as Client;

    expect(thrownBy(() => trace(client, createWaybill()))).toBeInstanceOf(WaybillError);
    expect(client.send('orders', 'a')).toBe('a');
  });

  it('gives the method without the wrapper of an automatic instrumentation, and reports that once it is used', () => {
    const warnings = captureWarnings();
    const client = new Client();
    const wrapped = Object.assign((_queue: string, body: string) => `${body} wrapped`, {
      __wrapped: true,
      __original: Client.prototype.send,
    });
    client.send = wrapped;
    let idle = true;

    trace(client, createWaybill(), () =>
      overrideMethod(
        client,
        'send',
        (original, bare) => (queue, body) => (idle ? original : bare).call(client, queue, body),
      ),
    );
    const whileIdle = client.send('orders', 'a');
    const before = [...warnings];
    idle = false;

    expect([whileIdle, before]).toEqual(['a wrapped', []]);
    expect([client.send('orders', 'a'), client.send('orders', 'b')]).toEqual(['a', 'b']);
    expect(warnings).toHaveLength(1);
  });
});

describe('traceInner', () => {
  it('reports an object that cannot be traced, and leaves it as it is', () => {
    const warnings = captureWarnings();
    const inner = Object.freeze(new Client()) as Client;

    expect(traceInner(inner, createWaybill(), fakeAdapter, () => shout(inner))).toBe(inner);
    expect(inner.send('orders', 'a')).toBe('a');
    expect(warnings).toEqual([
      expect.stringContaining(
        'Tracing an object of Client by @waybill/fake failed; messages are not affected',
      ),
    ]);
  });

  it('traces once', () => {
    const [client, waybill] = [new Client(), createWaybill()];

    for (let times = 0; times < 2; times += 1) traceInner(client, waybill, fakeAdapter, () => shout(client));

    client.send('orders', 'a');
    expect(client.sent).toEqual(['orders: A']);
    expect(trace(client, waybill)).toBe(client);
  });
});

function trace(client: Client, waybill: Waybill, override: () => unknown = () => shout(client)): Client {
  const traceable = {
    by: 'traceClient',
    wanted: 'a client of ours',
    from: 'new Client()',
    methods: ['send', 'sendAll'],
  };
  return traceOnce(client, waybill, fakeAdapter, traceable, override);
}

function thrownBy(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    return error;
  }
  return undefined;
}

function fails(): never {
  throw new Error('no');
}

function shout(client: Client): void {
  overrideMethod(
    client,
    'send',
    (original) =>
      function send(this: Client, queue: string, body: string): string {
        return original.call(this, queue, `${body.toUpperCase()}`);
      },
  );
}
