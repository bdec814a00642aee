import { describe, expect, it } from '@jest/globals';
import { overrideMethod, traceOnce } from './trace-once.ts';

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
  it('replaces the method on this instance only, which stays what it was', () => {
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

  it('leaves a method that tests or users can replace again', () => {
    const client = new Client();
    shout(client);
    client.send = () => 'replaced';

    expect(client.send('orders', 'a')).toBe('replaced');
  });
});

describe('traceOnce', () => {
  it('gives the client itself, traced once however often it is asked', () => {
    const client = new Client();

    const traced = traceOnce(
      traceOnce(client, () => shout(client)),
      () => shout(client),
    );

    expect(traced).toBe(client);
    expect(client.send('orders', 'a')).toBe('A');
    expect(client.sent).toEqual(['orders: A']);
    expect(Object.keys(client)).toEqual([]);
  });
});

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
