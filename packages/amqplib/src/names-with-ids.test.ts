import { afterEach, describe, expect, it } from '@jest/globals';
import { DiagLogLevel, diag } from '@opentelemetry/api';
import { delivered, FakeChannel, traceFake } from '../test/fake-channel.ts';

const content = Buffer.from('one');
const numbers = (count: number): string[] => Array.from({ length: count }, (_, number) => `${number}`);

afterEach(() => diag.disable());

describe('names with ids are reported once:', () => {
  it.each<[string, readonly string[], string]>([
    ['numbers', numbers(50).map((number) => `order.${number}.created`), 'shop:order.*.created'],
    [
      'UUIDs',
      numbers(50).map((id) => `order.0a1b2c3d-4e5f-4a6b-8c7d-${id.padStart(12, '0')}`),
      'shop:order.*-*-*-*-*',
    ],
  ])('routing keys with %s', (_what, keys, pattern) => {
    const warnings = captureWarnings();
    const { fake, channel } = traceFake(new FakeChannel());
    for (const key of [...keys, ...keys]) channel.publish('shop', key, content);
    expect(warnings).toEqual([
      expect.stringContaining(`named ${pattern}, and each is a span name of its own`),
    ]);

    channel.consume('orders', () => channel.ackAll());
    keys.forEach((routingKey, tag) => {
      const message = delivered(tag);
      fake.handler?.({ ...message, fields: { ...message.fields, exchange: 'shop', routingKey } });
    });
    expect(warnings.slice(1)).toEqual([expect.stringContaining(`named ${pattern}:orders, and`)]);
  });

  it('queues of another connection', () => {
    const warnings = captureWarnings();
    const { channel } = traceFake(new FakeChannel());
    for (const number of numbers(20)) channel.sendToQueue(`answers-${number}`, content);

    expect(warnings).toEqual([expect.stringContaining('named answers-*')]);
  });

  it('queues of one message each, which are consumed', () => {
    const warnings = captureWarnings();
    const { fake, channel } = traceFake(new FakeChannel());
    numbers(20).forEach((number, tag) => {
      channel.consume(`reply-${number}`, () => channel.ackAll());
      const message = delivered(tag);
      fake.handler?.({
        ...message,
        fields: { ...message.fields, exchange: '', routingKey: `reply-${number}` },
      });
    });

    expect(warnings).toEqual([expect.stringContaining('named reply-*')]);
  });

  it('queues of which each is sent to by a channel of its own', () => {
    const warnings = captureWarnings();
    const { connection } = new FakeChannel();
    for (const number of numbers(20)) {
      const { channel } = traceFake(Object.assign(new FakeChannel(), { connection }));
      channel.sendToQueue(`answers-${number}`, content);
    }

    expect(warnings).toEqual([expect.stringContaining('named answers-*')]);
  });
});

it.each<[string, readonly string[]]>([
  ['a few with a number', numbers(19).map((shard) => `orders-${shard}`)],
  ['many with words', [...'abcdefghijklmnopqrstuvwxyz'].map((letter) => `orders-${letter}`)],
  ['the same in turn', Array.from({ length: 100 }, (_, turn) => `orders-${turn % 2}`)],
])('other names are not reported: %s', (_what, queues) => {
  const warnings = captureWarnings();
  const { channel } = traceFake(new FakeChannel());
  for (const queue of queues) channel.sendToQueue(queue, content);

  expect(warnings).toEqual([]);
});

function captureWarnings(): string[] {
  const warnings: string[] = [];
  const ignore = (): void => undefined;
  const warn = (...parts: unknown[]): void => void warnings.push(parts.join(' '));
  const logger = { error: ignore, info: ignore, debug: ignore, verbose: ignore, warn };
  diag.setLogger(logger, { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true });
  return warnings;
}
