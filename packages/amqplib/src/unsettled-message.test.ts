import { expect, it } from '@jest/globals';
import { Destination } from './destination.ts';
import { AmqpIncomingMessage } from './incoming-message.ts';
import { type ConsumedQueue, type Settlement, UnsettledMessage } from './unsettled-message.ts';

const failure = { error: new RangeError('no stock') };

it.each<[Settlement | undefined, unknown, unknown]>([
  [undefined, undefined, undefined],
  ['ack', undefined, undefined],
  ['requeue', 'deferred', 'retry'],
  ['reject', 'failed', 'failed'],
  ['lost', 'unsettled', 'unsettled'],
])('becomes, after %s: %s, and after a failure: %s', (settlement, handled, failed) => {
  const message = unsettled(settlement, {});

  expect([message.outcomeOf(undefined), message.outcomeOf(failure)]).toEqual([handled, failed]);
});

it('becomes a dead letter where it is rejected and its queue has a place for them', () => {
  expect(unsettled('reject', { hasDeadLetters: true }).outcomeOf(undefined)).toBe('dead-lettered');
  expect(unsettled('requeue', { hasDeadLetters: true }).outcomeOf(undefined)).toBe('deferred');
});

it('does not come back from a stream, whatever is asked for', () => {
  const message = unsettled('requeue', { isStream: true });

  expect([message.outcomeOf(undefined), message.outcomeOf(failure)]).toEqual(['failed', 'failed']);
});

function unsettled(settlement: Settlement | undefined, known: Partial<ConsumedQueue>): UnsettledMessage {
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
  const message = new UnsettledMessage(incoming, fields, () => ({
    hasDeadLetters: false,
    isStream: false,
    ...known,
  }));
  message.settlement = settlement;
  return message;
}
