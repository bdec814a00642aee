import type { JourneySpan } from '../src/index.ts';
import { makeSpan, traceId } from './make-span.ts';

const minute = 60_000;
const hour = 60 * minute;

/** Journeys of every shape, made by hand. */
export const journeysByName: Readonly<Record<string, readonly JourneySpan[]>> = {
  'fan-out to three consumers': [
    makeSpan('POST /orders', { id: [1, 1], at: 0, took: 30, kind: 'SERVER' }),
    makeSpan('send orders', { id: [1, 2], parent: 1, at: 10, took: 10 }),
    ...['billing', 'shipping', 'search'].map((service, index) =>
      makeSpan('process orders', {
        id: [1, 3 + index],
        parent: 2,
        at: 30 + 5 * index,
        service,
        attributes: { 'waybill.relation': 'parent', 'waybill.relation.reason': 'fresh' },
      }),
    ),
  ],

  'fan-in by a batch': [
    ...[1, 2, 3].map((trace) => makeSpan('send orders', { id: [trace, 1], at: 10 * trace, took: 5 })),
    makeSpan('process orders', {
      id: [9, 1],
      at: 100,
      service: 'billing',
      attributes: { 'waybill.relation': 'link', 'waybill.relation.reason': 'batch' },
      links: [1, 2, 3].map((trace) => ({
        to: [trace, 1] as const,
        role: 'creation',
        attributes: { 'messaging.message.id': `m${trace}` },
      })),
    }),
  ],

  'three attempts': [
    makeSpan('send orders', { id: [1, 1], at: 0 }),
    ...[1, 2, 3].map((attempt) =>
      makeSpan('process orders', {
        id: [1, 1 + attempt],
        parent: 1,
        at: 15 + (attempt - 1) * 1_010,
        service: 'billing',
        status: attempt === 3 ? 'OK' : 'ERROR',
        attributes: {
          'messaging.message.id': 'm1',
          'waybill.message.attempt': attempt,
          'waybill.relation': 'parent',
        },
        links: attempt === 1 ? [] : [{ to: [1, attempt] as const, role: 'previous-attempt' }],
      }),
    ),
  ],

  'dead letter and redrive': [
    makeSpan('send orders', { id: [1, 1], at: 0 }),
    makeSpan('process orders', {
      id: [1, 2],
      parent: 1,
      at: 20,
      service: 'billing',
      status: 'ERROR',
      attributes: {
        'messaging.message.id': 'm1',
        'waybill.message.outcome': 'failed',
        'waybill.relation': 'parent',
      },
    }),
    makeSpan('process orders.dead', {
      id: [2, 1],
      at: 20 + minute,
      service: 'redriver',
      attributes: {
        'messaging.message.id': 'm1',
        'waybill.dead_letter.queue': 'orders',
        'waybill.dead_letter.reason': 'rejected',
        'waybill.relation': 'link',
      },
      links: [{ to: [1, 1], role: 'creation' }],
    }),
    makeSpan('process orders', {
      id: [3, 1],
      at: 2 * minute,
      service: 'billing',
      attributes: {
        'messaging.message.id': 'm1',
        'waybill.dead_letter.queue': 'orders',
        'waybill.relation': 'link',
      },
      links: [{ to: [1, 1], role: 'creation' }],
    }),
  ],

  'a schedule of ten runs': [
    makeSpan('send ticks', { id: [1, 1], at: 0 }),
    ...Array.from({ length: 10 }, (_, run) =>
      makeSpan('process ticks', {
        id: [2 + run, 1],
        at: (run + 1) * minute,
        service: 'cron',
        attributes: { 'waybill.relation': 'link', 'waybill.relation.reason': 'recurring' },
        links: [
          { to: [1, 1], role: 'creation' },
          ...(run === 0 ? [] : [{ to: [1 + run, 1] as const, role: 'previous-run' }]),
        ],
      }),
    ),
  ],

  'a flow of four levels': [
    makeSpan('send levels', { id: [1, 1], at: 0, took: 20, kind: 'CLIENT' }),
    ...[1, 2, 3, 4].map((level) =>
      makeSpan(`create level${level}`, {
        id: [1, 1 + level],
        parent: 1,
        at: level,
        took: 1,
        links: level === 1 ? [] : [{ to: [1, level] as const, role: 'dependent' }],
      }),
    ),
    // The deepest is handled first; each other one waits for the one below.
    ...[4, 3, 2, 1].map((level) =>
      makeSpan(`process level${level}`, {
        id: [1, 10 + level],
        parent: 1 + level,
        at: 50 + 100 * (4 - level),
        took: 50,
        service: 'worker',
        attributes: { 'waybill.relation': 'parent', 'waybill.relation.reason': 'fresh' },
        links: level === 4 ? [] : [{ to: [1, 11 + level] as const, role: 'dependency' }],
      }),
    ),
  ],

  'an untrusted hop': [
    makeSpan('process partner-orders', {
      id: [2, 1],
      at: 0,
      service: 'gate',
      attributes: {
        'waybill.relation': 'link',
        'waybill.relation.reason': 'untrusted',
        'waybill.relation.rule': 'partner-*',
      },
      links: [
        { to: [1, 7], role: 'creation', sampled: true, attributes: { 'waybill.journey.id': traceId(1) } },
      ],
    }),
    makeSpan('send orders', { id: [2, 2], parent: 1, at: 2, took: 2, service: 'gate' }),
    makeSpan('process orders', { id: [2, 3], parent: 2, at: 10, service: 'billing' }),
  ],

  'a missing middle': [
    makeSpan('send orders', { id: [1, 1], at: 0, attributes: { 'waybill.journey.id': traceId(1) } }),
    makeSpan('process invoices', {
      id: [3, 1],
      at: 2 * hour,
      service: 'mailer',
      attributes: {
        'waybill.journey.id': traceId(1),
        'waybill.relation': 'link',
        'waybill.relation.reason': 'late',
        'waybill.message.age': 3_600,
      },
      links: [{ to: [2, 5], role: 'creation', sampled: false, attributes: { 'waybill.message.age': 3_600 } }],
    }),
  ],

  'a skewed clock': [
    makeSpan('send orders', { id: [1, 1], at: 500, host: 'north' }),
    makeSpan('process orders', { id: [1, 2], parent: 1, at: 0, service: 'billing', host: 'south' }),
  ],

  'a thousand messages': [
    makeSpan('send orders', { id: [1, 1], at: 0, took: 40, kind: 'CLIENT' }),
    ...Array.from({ length: 1_000 }, (_, message) => [
      makeSpan('create orders', { id: [1, 2 + message], parent: 1, at: 1, took: 1 }),
      makeSpan('process orders', {
        id: [1, 2_000 + message],
        parent: 2 + message,
        at: 50 + message,
        took: 3,
        service: 'billing',
        attributes: { 'waybill.relation': 'parent', 'waybill.relation.reason': 'fresh' },
      }),
    ]).flat(),
  ],

  'a hand-off to a thread': [
    makeSpan('POST /report', { id: [1, 1], at: 0, took: 100, kind: 'SERVER' }),
    makeSpan('run render', {
      id: [1, 2],
      parent: 1,
      at: 20,
      took: 60,
      attributes: {
        'messaging.system.name': 'handoff',
        'waybill.relation': 'parent',
        'waybill.relation.reason': 'fresh',
        'waybill.message.age': 0.015,
      },
    }),
  ],

  'mixed SDKs': [
    // A Python producer with the conventions of old, a Java one that puts the context of its server span into the message by hand.
    makeSpan('orders publish', {
      id: [1, 1],
      at: 0,
      service: 'python-shop',
      kind: 'PRODUCER',
      attributes: { 'messaging.operation': 'publish', 'messaging.destination': 'orders' },
    }),
    makeSpan('orders process', {
      id: [1, 2],
      parent: 1,
      at: 25,
      service: 'node-billing',
      kind: 'CONSUMER',
      attributes: { 'messaging.operation': 'process', 'messaging.message_id': 'm1' },
    }),
    makeSpan('GET /prices', { id: [2, 1], at: 0, service: 'java-prices', kind: 'SERVER' }),
    makeSpan('prices process', {
      id: [3, 1],
      at: 40,
      service: 'node-billing',
      kind: 'CONSUMER',
      links: [{ to: [2, 1] }],
    }),
    makeSpan('refresh', { id: [3, 2], parent: 1, at: 42, service: 'node-billing', links: [{ to: [1, 2] }] }),
  ],
};
