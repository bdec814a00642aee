import { describe, expect, it } from '@jest/globals';
import { makeSpan, traceId } from '../../test/make-span.ts';
import { journeysByName } from '../../test/twelve-journeys.ts';
import type { JourneySpan } from '../spans/journey-span.ts';
import { diagnoseSpans } from './diagnose-spans.ts';
import type { Finding, FindingRule } from './finding.ts';
import { policyOf } from './propose-rules.ts';

const kafka = { 'messaging.system.name': 'kafka' };
const minute = 60_000;

function rulesOf(spans: readonly JourneySpan[]): FindingRule[] {
  return diagnoseSpans(spans).findings.map(({ rule }) => rule);
}

function only(spans: readonly JourneySpan[], rule: FindingRule): Finding {
  const { findings } = diagnoseSpans(spans);
  expect(findings.map((finding) => finding.rule)).toEqual([rule]);
  return findings[0] as Finding;
}

/** A message that is sent and handled as it should be. */
function wellBehaved(trace: number, queue = 'orders'): JourneySpan[] {
  return [
    makeSpan(`send ${queue}`, { id: [trace, 1], at: trace, attributes: kafka }),
    makeSpan(`process ${queue}`, {
      id: [trace, 2],
      parent: 1,
      at: trace + 20,
      service: 'billing',
      attributes: { ...kafka, 'messaging.message.id': `m${trace}` },
    }),
  ];
}

describe('what is well', () => {
  it.each(
    Object.keys(journeysByName).filter((name) => !['a skewed clock', 'an untrusted hop'].includes(name)),
  )('has neither errors nor warnings: %s', (name) => {
    const { findings } = diagnoseSpans(journeysByName[name] ?? []);
    // Made by hand to have a sender that is not sampled, and a message that nobody handles.
    const wanted = findings.filter(({ level }) => level !== 'note');
    expect(wanted.map(({ rule }) => rule)).toEqual([]);
  });

  it('is told of with the numbers of what was looked at', () => {
    expect(diagnoseSpans([...wellBehaved(1), ...wellBehaved(2)])).toMatchObject({
      findings: [],
      proposedRules: [],
      spans: 4,
      messages: 2,
    });
  });

  it('finds nothing in nothing', () => {
    expect(diagnoseSpans([])).toMatchObject({ findings: [], spans: 0, messages: 0 });
  });
});

describe('lost-context', () => {
  const lost = makeSpan('process orders', { id: [9, 1], at: 50, service: 'billing', attributes: kafka });

  it('is a consumer span that is a root without a link, where the queue has senders', () => {
    const finding = only([...wellBehaved(1), lost], 'lost-context');
    expect(finding).toMatchObject({
      level: 'error',
      queue: 'kafka:orders',
      services: ['billing'],
      count: 1,
      message: '1 message of kafka:orders began a trace without a link, though the queue has senders.',
      evidence: [{ traceId: traceId(9), name: 'process orders', service: 'billing' }],
    });
  });

  it('is none where the policy wants no relation', () => {
    const wanted = {
      ...lost,
      attributes: { ...lost.attributes, 'waybill.relation': 'none', 'waybill.relation.reason': 'rule' },
    };
    expect(rulesOf([...wellBehaved(1), wanted])).toEqual([]);
    const empty = {
      ...lost,
      attributes: { ...lost.attributes, 'waybill.relation': 'none', 'waybill.relation.reason': 'no-context' },
    };
    expect(rulesOf([...wellBehaved(1), empty])).toEqual(['lost-context']);
  });

  it('is found on RabbitMQ, whose consumers name the queue behind the exchange', () => {
    const rabbit = { 'messaging.system': 'rabbitmq' };
    const finding = only(
      [
        makeSpan('send shop:new', { id: [1, 1], at: 0, attributes: rabbit }),
        makeSpan('process shop:new:orders', {
          id: [1, 2],
          parent: 1,
          at: 20,
          service: 'b',
          attributes: rabbit,
        }),
        makeSpan('process shop:new:orders', { id: [2, 1], at: 30, service: 'b', attributes: rabbit }),
      ],
      'lost-context',
    );
    expect(finding.queue).toBe('rabbitmq:orders');
  });
});

describe('wrong-parent', () => {
  const poll = makeSpan('poll loop', { id: [5, 1], at: 0, took: 500, kind: 'INTERNAL', service: 'billing' });
  const stray = (span: number, links: Parameters<typeof makeSpan>[1]['links'] = []) =>
    makeSpan('process orders', {
      id: [5, span],
      parent: 1,
      at: 40 + span,
      service: 'billing',
      attributes: kafka,
      links,
    });

  it('is a consumer span in the trace of the loop that polls', () => {
    const poller = { ...poll, attributes: {} };
    const finding = only([...wellBehaved(1), poller, stray(2), stray(3)], 'wrong-parent');
    expect(finding).toMatchObject({ level: 'error', queue: 'kafka:orders', count: 2 });
    expect(finding.message).toContain('became a child of "poll loop"');
  });

  it('is none where the span links to what sent the message', () => {
    const poller = { ...poll, attributes: {} };
    expect(rulesOf([...wellBehaved(1), poller, stray(2, [{ to: [1, 1] }])])).toEqual([]);
  });

  it('is none where the spans of another instrumentation beside it link to the senders of the messages', () => {
    const invocation = makeSpan('ship-orders', {
      id: [5, 1],
      at: 30,
      took: 100,
      kind: 'SERVER',
      service: 'billing',
    });
    const theirs = { ...stray(2), scope: '@opentelemetry/instrumentation-aws-lambda' };
    const ours = { ...stray(3, [{ to: [1, 1], role: 'creation' }]), scope: '@waybill/sqs' };
    expect(rulesOf([...wellBehaved(1), invocation, theirs, ours])).toEqual([]);
    expect(rulesOf([...wellBehaved(1), invocation, theirs])).toEqual(['wrong-parent']);
    // Of one instrumentation, each message needs its own.
    const lost = { ...theirs, scope: ours.scope };
    expect(rulesOf([...wellBehaved(1), invocation, lost, ours])).toEqual(['wrong-parent']);
  });
});

describe('dead-link', () => {
  const orphan = (sampled: boolean | undefined, age?: number) =>
    makeSpan('process orders', {
      id: [9, 1],
      at: 50,
      service: 'billing',
      attributes: { ...kafka, ...(age !== undefined && { 'waybill.message.age': age }) },
      links: [{ to: [8, 1], role: 'creation', ...(sampled !== undefined && { sampled }) }],
    });

  it('leads to a sender that is not there', () => {
    expect(only([...wellBehaved(1), orphan(false)], 'dead-link').message).toBe(
      '1 of 2 messages of kafka:orders lead to a sender that is not there, 1 of them as it was not sampled.',
    );
    expect(rulesOf([...wellBehaved(1), orphan(undefined)])).toEqual(['dead-link']);
  });

  it('is none where the message was sent before the recording began', () => {
    expect(rulesOf([...wellBehaved(1), orphan(undefined, 3_600)])).toEqual([]);
  });
});

it('cut-links: an SDK dropped links, or a batch had too many', () => {
  const [send, handle] = wellBehaved(1) as [JourneySpan, JourneySpan];
  expect(only([send, { ...handle, droppedLinks: 72 }], 'cut-links')).toMatchObject({
    level: 'warning',
    count: 72,
    queue: 'kafka:orders',
  });
  const unlinked = { ...handle, attributes: { ...handle.attributes, 'waybill.batch.unlinked_messages': 5 } };
  expect(only([send, unlinked], 'cut-links').count).toBe(5);
});

describe('late-child', () => {
  const message = (trace: number, waited: number) => [
    makeSpan('send orders', { id: [trace, 1], at: 0, attributes: kafka }),
    makeSpan('process orders', {
      id: [trace, 2],
      parent: 1,
      at: 10 + waited,
      service: 'b',
      attributes: kafka,
    }),
  ];
  const mostlyFresh = [...Array(40).keys()].flatMap((index) => message(index + 1, 100 * index));

  it('comes with a linkAfter that keeps the usual waits', () => {
    const { findings, proposedRules } = diagnoseSpans([...mostlyFresh, ...message(99, 5 * minute)]);
    expect(findings).toMatchObject([
      {
        rule: 'late-child',
        level: 'warning',
        message: expect.stringContaining(
          '1 message of kafka:orders stayed in the sender’s trace after a wait of 5 m',
        ),
      },
    ]);
    expect(proposedRules).toEqual([
      { queue: 'kafka:orders', linkAfter: '10s', because: 'of 41 messages, 1 waited longer than 1m' },
    ]);
    expect(policyOf(proposedRules)).toBe(
      'queues:\n  # of 41 messages, 1 waited longer than 1m\n  "kafka:orders": { linkAfter: 10s }\n',
    );
  });

  it('comes with a link where most messages are late', () => {
    const { proposedRules } = diagnoseSpans([...message(1, 5 * minute), ...message(2, 90_000)]);
    expect(proposedRules).toMatchObject([{ queue: 'kafka:orders', relation: 'link' }]);
    expect(policyOf(proposedRules)).toContain('{ relation: link }');
  });

  it('is what the caller says is late', () => {
    expect(diagnoseSpans(mostlyFresh, { lateAfter: 3_000 }).findings.map(({ rule }) => rule)).toEqual([
      'late-child',
    ]);
    expect(diagnoseSpans(message(1, 5 * minute), { lateAfter: 10 * minute }).findings).toEqual([]);
  });
});

/** A trace that goes from message to message, through as many queues as are named. */
function chain(queues: readonly string[]): JourneySpan[] {
  return queues.flatMap((queue, index) => [
    makeSpan(`send ${queue}`, {
      id: [1, 2 * index + 1],
      ...(index > 0 && { parent: 2 * index }),
      at: 40 * index,
      service: 'worker',
      attributes: kafka,
    }),
    makeSpan(`process ${queue}`, {
      id: [1, 2 * index + 2],
      parent: 2 * index + 1,
      at: 40 * index + 20,
      service: 'worker',
      attributes: kafka,
    }),
  ]);
}

it('self-feeding-consumer: handling sends the next turn, for ever', () => {
  const finding = only(chain(Array(8).fill('ticks')), 'self-feeding-consumer');
  expect(finding).toMatchObject({ level: 'warning', queue: 'kafka:ticks', count: 1 });
  expect(rulesOf(chain(Array(5).fill('pages')))).toEqual([]);
});

it('endless-trace: one trace goes from message to message, or from attempt to attempt', () => {
  const queues = Array.from({ length: 12 }, (_, index) => `step${index}`);
  expect(only(chain(queues), 'endless-trace').queue).toBe('kafka:step11');
  expect(rulesOf(chain(queues.slice(0, 10)))).toEqual([]);

  const attempts = Array.from({ length: 12 }, (_, index) =>
    makeSpan('process orders', {
      id: [1, 2 + index],
      parent: 1,
      at: 1_000 * (index + 1),
      service: 'b',
      attributes: { ...kafka, 'waybill.message.attempt': index + 1, 'messaging.message.id': 'm1' },
    }),
  );
  const send = makeSpan('send orders', { id: [1, 1], at: 0, attributes: kafka });
  expect(only([send, ...attempts], 'endless-trace').message).toContain(
    '1 trace with messages of kafka:orders',
  );
});

describe('one-sided-queue', () => {
  it('is sent to and not handled, or handled and not sent to', () => {
    const [send] = wellBehaved(1);
    expect(only([send as JourneySpan], 'one-sided-queue')).toMatchObject({
      level: 'note',
      message: 'kafka:orders is sent to (1 span), and no span handles its messages.',
    });
    const handled = makeSpan('process invoices', { id: [2, 1], at: 0, attributes: kafka });
    expect(only([handled], 'one-sided-queue').message).toContain('no span sends to it');
  });

  it('is none where one message is still in the queue', () => {
    const waiting = makeSpan('send orders', { id: [7, 1], at: 60, attributes: kafka });
    expect(rulesOf([...wellBehaved(1), waiting])).toEqual([]);
  });
});

describe('doubled-span', () => {
  const scoped = (span: JourneySpan, scope: string): JourneySpan => ({ ...span, scope });

  it('is a send in a send, or two handlings of one delivery, by two instrumentations', () => {
    const [send, handle] = wellBehaved(1) as [JourneySpan, JourneySpan];
    const inner = makeSpan('send orders', { id: [1, 3], parent: 1, at: 2, took: 3, attributes: kafka });
    const twice = only(
      [scoped(send, '@waybill/kafkajs'), scoped(inner, 'instrumentation-kafkajs'), handle],
      'doubled-span',
    );
    expect(twice.message).toContain('by two instrumentations: @waybill/kafkajs and instrumentation-kafkajs.');

    const again = { ...handle, spanId: '00000000000000aa' };
    expect(rulesOf([send, scoped(handle, 'a'), scoped(again, 'b')])).toEqual(['doubled-span']);
    expect(rulesOf([send, scoped(handle, 'a'), scoped(again, 'a')])).toEqual([]);
  });
});

describe('shared-context', () => {
  const send = makeSpan('send orders', { id: [1, 1], at: 0, attributes: kafka });
  const handled = [1, 2, 3].map((message) =>
    makeSpan('process orders', {
      id: [1, 1 + message],
      parent: 1,
      at: 20 * message,
      service: 'b',
      attributes: { ...kafka, 'messaging.message.id': `m${message}` },
    }),
  );

  it('is one send that is the sender of several messages', () => {
    expect(only([send, ...handled], 'shared-context').message).toBe(
      '1 span that sends to kafka:orders is the sender of up to 3 different messages each.',
    );
  });

  it('is every run of a schedule, as bullmq-otel tells it', () => {
    const bullmq = { 'bullmq.queue.name': 'ticks' };
    const add = { ...makeSpan('add', { id: [1, 1], at: 0, kind: 'PRODUCER' }), attributes: bullmq };
    const runs = [1, 2].map((run) => ({
      ...makeSpan('run', { id: [1, 1 + run], parent: 1, at: 100 * run, kind: 'CONSUMER' }),
      attributes: { ...bullmq, 'bullmq.job.id': `repeat:tick:${run}` },
    }));
    expect(only([add, ...runs], 'shared-context').queue).toBe('bullmq:ticks');
  });

  it('is none of a batch that says so', () => {
    const batch = { ...send, attributes: { ...send.attributes, 'messaging.batch.message_count': 3 } };
    expect(rulesOf([batch, ...handled])).toEqual([]);
  });
});

it('unlinked-retry: a later delivery in a trace of its own does not lead to the one before', () => {
  const delivery = (trace: number, at: number, links: readonly { to: [number, number]; role: string }[]) =>
    makeSpan('process orders', {
      id: [trace, 1],
      at,
      service: 'b',
      attributes: { ...kafka, 'messaging.message.id': 'm1', 'waybill.message.attempt': trace - 1 },
      links,
    });
  const send = makeSpan('send orders', { id: [1, 1], at: 0, attributes: kafka });
  const first = delivery(2, 20, [{ to: [1, 1], role: 'creation' }]);
  const second = delivery(3, 1_000, [{ to: [1, 1], role: 'creation' }]);
  expect(only([send, first, second], 'unlinked-retry').queue).toBe('kafka:orders');

  const linked = delivery(3, 1_000, [
    { to: [1, 1], role: 'creation' },
    { to: [2, 1], role: 'previous-attempt' },
  ]);
  expect(rulesOf([send, first, linked])).toEqual([]);
});

it('clock-skew: a message was handled before it was sent', () => {
  const skewed = journeysByName['a skewed clock'] ?? [];
  expect(only(skewed, 'clock-skew')).toMatchObject({
    level: 'note',
    message:
      'The clock of shop@north is ahead of that of billing@south by 500 ms at least, as 1 message or call shows.',
  });
  const [send, handle] = skewed as [JourneySpan, JourneySpan];
  const far = { ...send, start: send.start + 2_000, end: send.end + 2_000 };
  expect(only([far, handle], 'clock-skew').level).toBe('warning');
});

it('mixed-names: one queue in two spellings', () => {
  const [send, handle] = wellBehaved(1) as [JourneySpan, JourneySpan];
  const old = {
    ...handle,
    attributes: {
      'messaging.system': 'kafka',
      'messaging.destination': 'orders',
      'messaging.operation': 'process',
    },
  };
  expect(only([send, old], 'mixed-names')).toMatchObject({
    level: 'note',
    message: expect.stringContaining('messaging.destination.name and messaging.destination'),
  });
});

it('gives the same findings in whatever order the spans come', () => {
  const spans = [
    ...wellBehaved(1),
    makeSpan('process orders', { id: [9, 1], at: 50, service: 'billing', attributes: kafka }),
    ...(journeysByName['a skewed clock'] ?? []),
    ...(journeysByName['mixed SDKs'] ?? []).map((span) => ({
      ...span,
      traceId: `f${span.traceId.slice(1)}`,
    })),
  ];
  expect(diagnoseSpans([...spans].reverse())).toEqual(diagnoseSpans(spans));
});
