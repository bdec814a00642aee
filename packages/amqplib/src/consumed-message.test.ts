import { expect, it } from '@jest/globals';
import { ConsumedMessage, type ConsumedQueue, type Settlement } from './consumed-message.ts';
import { Destination } from './destination.ts';
import { AmqpIncomingMessage } from './incoming-message.ts';

const failure = { error: new RangeError('no stock') };

it.each<[Settlement, unknown, unknown]>([
  ['ack', undefined, undefined],
  ['requeue', 'deferred', 'retry'],
  ['reject', 'failed', 'failed'],
])('becomes, after %s: %s, and after a failure: %s', (settlement, handled, failed) => {
  const message = consumed({});

  expect([message.outcomeOf(settlement, undefined), message.outcomeOf(settlement, failure)]).toEqual([
    handled,
    failed,
  ]);
});

it('becomes a dead letter where it is rejected and its queue has a place for them', () => {
  const message = consumed({ hasDeadLetters: true });

  expect(message.outcomeOf('reject', undefined)).toBe('dead-lettered');
  expect(message.outcomeOf('requeue', undefined)).toBe('deferred');
});

it('does not come back from a stream, whatever is asked for', () => {
  const message = consumed({ isStream: true });

  expect([message.outcomeOf('requeue', undefined), message.outcomeOf('requeue', failure)]).toEqual([
    'failed',
    'failed',
  ]);
});

function consumed(known: Partial<ConsumedQueue>): ConsumedMessage {
  const fields = {
    exchange: '',
    routingKey: 'orders',
    deliveryTag: 1,
    consumerTag: 'worker',
    redelivered: false,
  };
  const native = { fields, properties: { headers: {} }, content: Buffer.from('one') };
  const destination = new Destination('', 'orders', 'orders', {});
  const incoming = new AmqpIncomingMessage(destination, 'orders', {}, native as never);
  return new ConsumedMessage(incoming, fields, () => ({ hasDeadLetters: false, isStream: false, ...known }));
}
