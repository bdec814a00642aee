import { beforeEach, describe, expect, it } from '@jest/globals';
import { ROOT_CONTEXT, type Span, type SpanOptions, trace } from '@opentelemetry/api';
import { TracerProvider } from '@opentelemetry/sdk-trace';
import { countableIds } from '../../test/countable-ids.ts';
import { recordSpans } from './record-spans.ts';
import type { RecordedSpans } from './recorded-spans.ts';

/**
 * trace 1: a send, and the processing of it as a child, which failed and was tried again.
 * trace 2: a late processing that links to the send. trace 3: a child of something unknown, and a link to something unknown.
 */
const tree = `5 spans in 3 traces recorded:

trace 1 = 00000000000000000000000000000001
  send orders  PRODUCER  span 0000000000000001
      order.count: 2
    process orders  CONSUMER  span 0000000000000002  ERROR: no stock
        waybill.relation: "parent"
        waybill.journey.id: trace 1
        error.type: "RangeError"
        event exception  (exception.type: "RangeError", exception.message: "no stock")
    process orders  CONSUMER  span 0000000000000003
        → process orders of trace 1, span 0000000000000002  (waybill.link.to: "previous-attempt")

trace 2 = 00000000000000000000000000000002
  process reports  CONSUMER  span 0000000000000004
      → send orders of trace 1, span 0000000000000001  (waybill.message.age: 90)
      waybill.relation: "link"
      waybill.journey.id: trace 1

trace 3 = 000000000000000000000000000000ff
  process strays  CONSUMER  span 0000000000000005  child of 00000000000000ff, which was not recorded
      → span 00000000000000ee of trace 000000000000000000000000000000ee, which was not recorded`;

let spans: RecordedSpans;

beforeEach(() => {
  spans = recordSpans();
  const provider = new TracerProvider({ spanProcessors: [spans], idGenerator: countableIds() });
  const tracer = provider.getTracer('shop');
  const record = (name: string, options: SpanOptions, parent?: Span, fail?: Error): Span => {
    const span = tracer.startSpan(
      name,
      options,
      parent === undefined ? ROOT_CONTEXT : trace.setSpan(ROOT_CONTEXT, parent),
    );
    if (fail !== undefined) {
      span.setAttribute('error.type', fail.name);
      span.setStatus({ code: 2, message: fail.message });
      span.recordException(fail);
    }
    span.end();
    return span;
  };

  const journey = { 'waybill.journey.id': '00000000000000000000000000000001' };
  const sent = record('send orders', {
    kind: 3,
    attributes: { 'messaging.destination.name': 'orders', 'order.count': 2 },
  });
  const failed = record(
    'process orders',
    { kind: 4, attributes: { 'waybill.relation': 'parent', ...journey } },
    sent,
    new RangeError('no stock'),
  );
  record(
    'process orders',
    {
      kind: 4,
      links: [{ context: failed.spanContext(), attributes: { 'waybill.link.to': 'previous-attempt' } }],
    },
    sent,
  );
  record('process reports', {
    kind: 4,
    attributes: { 'waybill.relation': 'link', ...journey },
    links: [{ context: sent.spanContext(), attributes: { 'waybill.message.age': 90 } }],
  });
  record(
    'process strays',
    {
      kind: 4,
      links: [
        { context: { traceId: 'ee'.padStart(32, '0'), spanId: 'ee'.padStart(16, '0'), traceFlags: 1 } },
      ],
    },
    trace.wrapSpanContext({
      traceId: 'ff'.padStart(32, '0'),
      spanId: 'ff'.padStart(16, '0'),
      traceFlags: 1,
    }),
  );
});

it('assertions that hold pass', () => {
  const sent = spans.named('send orders').toBeRoot().toHaveKind('PRODUCER').toHaveSucceeded().toHaveLinks(0);
  const processed = spans.named('process orders');
  processed.toHaveCount(2).each.toBeChildOf(sent).toBeInTraceOf(sent);
  processed.at(0).toHaveFailedWith('RangeError').toHaveFailedWith('RangeError', 'no stock');
  processed.at(1).toLinkTo(processed.at(0)).toHaveSucceeded();
  spans
    .named('process reports')
    .toBeRoot()
    .toLinkTo(sent, { 'waybill.message.age': 90 })
    .toHaveAttributes({
      'waybill.relation': 'link',
      'waybill.journey.id': expect.stringMatching(/1$/),
      'waybill.message.id': undefined,
    });
});

describe('recorded spans are drawn', () => {
  it('as a tree for each trace', () => {
    expect(spans.drawing).toBe(tree);
  });
});

describe('an assertion that fails shows the expected and the recorded values, and the tree', () => {
  const failures: readonly (readonly [
    title: string,
    check: () => unknown,
    problem: string,
    marked: string[],
  ])[] = [
    [
      'where there is no such span',
      () => spans.named('poll orders').toBeRoot(),
      'Expected one span named "poll orders", found none.',
      [],
    ],
    [
      'where there are several and one is meant',
      () => spans.named('process orders').toBeRoot(),
      'Expected one span named "process orders", found 2.',
      ['0000000000000002', '0000000000000003'],
    ],
    [
      'where each is meant and there is none',
      () => spans.named('poll orders').each.toBeRoot(),
      'Expected one or more spans named "poll orders", found none.',
      [],
    ],
    [
      'where there is none at a place',
      () => spans.named('process orders').at(2).toBeRoot(),
      'Expected one span named "process orders" at place 2, found none.',
      [],
    ],
    [
      'where none has the attributes',
      () => spans.named('process orders').where({ 'waybill.relation': 'none' }).only,
      'Expected one span named "process orders" with { waybill.relation: "none" }, found none.',
      [],
    ],
    [
      'toHaveCount',
      () => spans.named('process orders').toHaveCount(3),
      'Expected 3 spans named "process orders", found 2.',
      ['0000000000000002', '0000000000000003'],
    ],
    [
      'toBeRoot',
      () => spans.named('process orders').at(0).toBeRoot(),
      'Expected the span named "process orders" at place 0 to be a root, but it is a child of "send orders" (span 0000000000000001).',
      ['0000000000000002'],
    ],
    [
      'toBeChildOf, of a root',
      () => spans.named('process reports').toBeChildOf(spans.named('send orders')),
      'Expected the span named "process reports" to be a child of "send orders" (span 0000000000000001), but it is a root.',
      ['0000000000000004'],
    ],
    [
      'toBeChildOf, of a child of another',
      () => spans.named('process strays').toBeChildOf(spans.named('send orders')),
      'Expected the span named "process strays" to be a child of "send orders" (span 0000000000000001), but it is a child of span 00000000000000ff, which was not recorded.',
      ['0000000000000005'],
    ],
    [
      'toBeChildOf, where the parent is not one span',
      () => spans.named('process reports').toBeChildOf(spans.named('poll orders')),
      'Expected one span named "poll orders", found none.',
      [],
    ],
    [
      'toLinkTo, of one that links elsewhere',
      () => spans.named('process orders').at(1).toLinkTo(spans.named('send orders')),
      'Expected the span named "process orders" at place 1 to link to "send orders" (span 0000000000000001), but it links to "process orders" (span 0000000000000002).',
      ['0000000000000003'],
    ],
    [
      'toLinkTo, of one without links',
      () => spans.named('send orders').toLinkTo(spans.named('process reports')),
      'Expected the span named "send orders" to link to "process reports" (span 0000000000000004), but it links to nothing.',
      ['0000000000000001'],
    ],
    [
      'toLinkTo, with other attributes',
      () => spans.named('process reports').toLinkTo(spans.named('send orders'), { 'waybill.message.age': 3 }),
      'Expected the span named "process reports" to link to "send orders" (span 0000000000000001), but of the link waybill.message.age is 90.',
      ['0000000000000004'],
    ],
    [
      'toLinkTo, each of several',
      () => spans.named('process orders').at(1).toLinkTo(spans.named('process orders').each),
      'Expected the span named "process orders" at place 1 to link to "process orders" (span 0000000000000003), but it links to "process orders" (span 0000000000000002).',
      ['0000000000000003'],
    ],
    [
      'toHaveLinks',
      () => spans.named('process strays').toHaveLinks(2),
      'Expected the span named "process strays" to have 2 links, but it links to span 00000000000000ee, which was not recorded.',
      ['0000000000000005'],
    ],
    [
      'toBeInTraceOf',
      () => spans.named('process reports').toBeInTraceOf(spans.named('send orders')),
      'Expected the span named "process reports" to be in the trace of "send orders" (00000000000000000000000000000001), but it is in 00000000000000000000000000000002.',
      ['0000000000000004'],
    ],
    [
      'toHaveAttributes',
      () =>
        spans.named('process reports').toHaveAttributes({
          'waybill.relation': 'parent',
          tenant: expect.any(String),
          'waybill.journey.id': undefined,
        }),
      'Expected the span named "process reports" to have the attributes { waybill.relation: "parent", tenant: Any<String>, waybill.journey.id: undefined }, but waybill.relation is "link", tenant is missing, waybill.journey.id is "00000000000000000000000000000001".',
      ['0000000000000004'],
    ],
    [
      'toHaveKind',
      () => spans.named('send orders').toHaveKind('CLIENT'),
      'Expected the span named "send orders" to be of kind CLIENT, but it is of kind PRODUCER.',
      ['0000000000000001'],
    ],
    [
      'toHaveSucceeded',
      () => spans.named('process orders').at(0).toHaveSucceeded(),
      'Expected the span named "process orders" at place 0 to have succeeded, but it failed: no stock.',
      ['0000000000000002'],
    ],
    [
      'toHaveFailedWith, of one that did not fail',
      () => spans.named('send orders').toHaveFailedWith('RangeError'),
      'Expected the span named "send orders" to have failed with RangeError, but it did not fail.',
      ['0000000000000001'],
    ],
    [
      'toHaveFailedWith, of another type',
      () => spans.named('process orders').at(0).toHaveFailedWith('TypeError'),
      'Expected the span named "process orders" at place 0 to have failed with TypeError, but it failed with RangeError.',
      ['0000000000000002'],
    ],
    [
      'toHaveFailedWith, with another message',
      () => spans.named('process orders').at(0).toHaveFailedWith('RangeError', 'too late'),
      'Expected the span named "process orders" at place 0 to have failed with RangeError: too late, but its error says "no stock".',
      ['0000000000000002'],
    ],
    [
      'each, with the one that is not so',
      () => spans.named('process orders').each.toHaveSucceeded(),
      'Expected the span named "process orders" to have succeeded, but it failed: no stock.',
      ['0000000000000002'],
    ],
  ];

  it.each(failures)('%s', (_title, check, problem, marked) => {
    expect(messageOf(check)).toBe(`${problem}\n\n${withMarks(tree, marked)}`);
  });
});

function messageOf(check: () => unknown): string | undefined {
  try {
    check();
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

/** The tree with an arrow at the head lines of some spans. */
function withMarks(drawn: string, spanIds: readonly string[]): string {
  return drawn
    .split('\n')
    .map((line) =>
      spanIds.some((id) => /^ +\w+ \w+ {2}[A-Z]/.test(line) && line.includes(`  span ${id}`))
        ? `▶${line.slice(1)}`
        : line,
    )
    .join('\n');
}
