import { expect, it } from '@jest/globals';
import { Destination } from './destination.ts';
import { AmqpIncomingMessage } from './incoming-message.ts';
import { type Settlement, UnsettledMessage } from './unsettled-message.ts';

const failure = { error: new RangeError('no stock') };

it.each<[Settlement | undefined, unknown, unknown]>([
  [undefined, undefined, undefined],
  ['ack', undefined, undefined],
  ['requeue', 'deferred', 'retry'],
  ['reject', 'failed', 'failed'],
  ['lost', 'unsettled', 'unsettled'],
])('becomes, after %s: %s, and after a failure: %s', (settlement, handled, failed) => {
  const message = unsettled(settlement, false);

  expect([message.outcomeOf(undefined), message.outcomeOf(failure)]).toEqual([handled, failed]);
});

it('becomes a dead letter where it is rejected and its queue has a place for them', () => {
  expect(unsettled('reject', true).outcomeOf(undefined)).toBe('dead-lettered');
  expect(unsettled('requeue', true).outcomeOf(undefined)).toBe('deferred');
});

function unsettled(settlement: Settlement | undefined, hasDeadLetters: boolean): UnsettledMessage {
  const fields = {
    exchange: '',
    routingKey: 'orders',
    deliveryTag: 1,
    consumerTag: 'worker',
    redelivered: false,
  };
  const native = { fields, properties: { headers: {} }, content: Buffer.from('one') };
  const destination = new Destination('', 'orders', 'orders', {});
  const incoming = new AmqpIncomingMessage(destination, 'orders', native as never);
  const message = new UnsettledMessage(incoming, fields, () => hasDeadLetters);
  message.settlement = settlement;
  return message;
}
