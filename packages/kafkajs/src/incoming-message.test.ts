import { describe, expect, it } from '@jest/globals';
import type { Attributes } from '@opentelemetry/api';
import { createWaybill } from '@waybill/core';
import { instrumenterOf } from '@waybill/core/adapter';
import { adapterInfo } from './adapter-info.ts';
import { KafkaIncomingMessage } from './incoming-message.ts';
import type { KafkaHeaders, ReceivedMessage } from './kafka-client.ts';
import type { KafkaTracingOptions } from './kafka-tracing-options.ts';
import { RecordSource } from './record-source.ts';

const instrumenter = instrumenterOf(createWaybill(), adapterInfo);

describe('a record without a value', () => {
  it('is a tombstone', () => {
    expect(detailOf({ key: 'k', value: null })).toEqual({
      'kafka.offset': 7,
      'kafka.message.tombstone': true,
    });
  });

  it.each<[string, KafkaHeaders, Attributes]>([
    [
      'a share group',
      {
        '__dlq.errors.topic': Buffer.from('orders'),
        '__dlq.errors.partition': Buffer.from('2'),
        '__dlq.errors.offset': Buffer.from('41'),
        '__dlq.errors.group': Buffer.from('shipping'),
        '__dlq.errors.delivery.count': Buffer.from('5'),
        '__dlq.errors.message': Buffer.from('Offset delivery count exceeded the threshold.'),
      },
      {
        'waybill.dead_letter.queue': 'orders',
        'waybill.dead_letter.reason': 'Offset delivery count exceeded the threshold.',
        'waybill.dead_letter.count': 5,
      },
    ],
    [
      'a share group that says no more than that',
      { '__dlq.errors.topic': 'orders', '__dlq.errors.offset': '41' },
      { 'waybill.dead_letter.queue': 'orders' },
    ],
    [
      'a share group that says no more than why',
      { '__dlq.errors.message': 'Offset rejected by client.' },
      { 'waybill.dead_letter.reason': 'Offset rejected by client.' },
    ],
    [
      'Kafka Connect',
      {
        '__connect.errors.topic': 'orders',
        '__connect.errors.exception.class.name': 'org.apache.kafka.connect.errors.DataException',
        '__connect.errors.exception.message': 'no such account: 4711',
      },
      {
        'waybill.dead_letter.queue': 'orders',
        'waybill.dead_letter.reason': 'org.apache.kafka.connect.errors.DataException',
      },
    ],
    [
      'Kafka Streams',
      {
        '__streams.errors.topic': 'orders',
        '__streams.errors.exception': 'java.lang.IllegalStateException',
        '__streams.errors.message': 'no such account: 4711',
      },
      {
        'waybill.dead_letter.queue': 'orders',
        'waybill.dead_letter.reason': 'java.lang.IllegalStateException',
      },
    ],
  ])('is a dead letter of %s if its headers say so, and not a tombstone', (_, headers, told) => {
    expect(detailOf({ value: null, headers })).toEqual({ 'kafka.offset': 7, ...told });
    expect(detailOf({ value: 'one', headers })).toEqual({ 'kafka.offset': 7, ...told });
  });
});

describe('the headers of a dead letter', () => {
  it.each<[string, KafkaHeaders, Attributes]>([
    [
      'that was dead-lettered again tell of the last time',
      { '__connect.errors.topic': ['first', Buffer.from('second')] },
      { 'waybill.dead_letter.queue': 'second' },
    ],
    [
      'that are long are not read to their end',
      { '__dlq.errors.topic': Buffer.alloc(60_000, 'x') },
      {
        'waybill.dead_letter.queue': 'x'.repeat(1_024),
      },
    ],
    [
      'that are not counts are left out',
      { '__dlq.errors.topic': 'orders', '__dlq.errors.delivery.count': '1099511627776' },
      { 'waybill.dead_letter.queue': 'orders' },
    ],
    ['that are neither text nor bytes are left out', { '__dlq.errors.topic': [3, null] as never }, {}],
  ])('%s', (_, headers, told) => {
    expect(detailOf({ value: 'one', headers })).toEqual({ 'kafka.offset': 7, ...told });
  });

  it('may be missing', () => {
    for (const headers of [undefined, null as never, {}]) {
      expect(detailOf({ value: 'one', headers })).toEqual({ 'kafka.offset': 7 });
    }
  });
});

describe('a record of a sender that is not trusted', () => {
  it('has neither its key nor dead letters on the span, but its place', () => {
    const headers = { '__dlq.errors.topic': 'x', '__dlq.errors.message': 'y' };
    const message = incoming({ key: 'ada@example.org', value: null, headers }, { recordKeys: true });
    expect(detail(message)).toEqual({
      'kafka.offset': 7,
      'kafka.message.key': 'ada@example.org',
      'waybill.dead_letter.queue': 'x',
      'waybill.dead_letter.reason': 'y',
    });
    message.distrust();
    expect(detail(message)).toEqual({ 'kafka.offset': 7 });
    const tombstone = incoming({ key: 'ada@example.org', value: null }, { recordKeys: true });
    tombstone.distrust();
    expect(detail(tombstone)).toEqual({ 'kafka.offset': 7, 'kafka.message.tombstone': true });
  });

  it.each<[string, ReceivedMessage['batchContext'], number | undefined]>([
    ['no time that the sender wrote', { timestampType: 0 }, undefined],
    ['no time of which it is not known who wrote it', undefined, undefined],
    ['the time at which the broker stored it', { timestampType: 1 }, 1_795_229_089_322],
  ])('tells %s', (_, batchContext, sentAt) => {
    const message = incoming({ value: 'one', ...(batchContext && { batchContext }) });
    expect(message.sentAt).toBe(1_795_229_089_322);
    message.distrust();
    expect(message.sentAt).toBe(sentAt);
  });
});

function incoming(
  message: Partial<ReceivedMessage> & { readonly value: unknown },
  options: KafkaTracingOptions = {},
): KafkaIncomingMessage {
  const source = new RecordSource('dead-letters', 0, 'audit', instrumenter);
  return new KafkaIncomingMessage(source, { timestamp: '1795229089322', offset: '7', ...message }, options);
}

function detailOf(message: Partial<ReceivedMessage> & { readonly value: unknown }): Attributes {
  return detail(incoming(message));
}

function detail(message: KafkaIncomingMessage): Attributes {
  const attributes: Attributes = {};
  message.detail(attributes);
  return attributes;
}
