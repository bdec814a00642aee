import type { JourneyAttributes, JourneyLink, JourneySpan, JourneySpanKind } from '../src/index.ts';

/** When the spans of tests begin, in ms since the epoch. */
export const testStart: number = Date.UTC(2026, 0, 1, 12);

/** A trace id that is easy to read: `1` becomes `00000000000000000000000000000001`. */
export function traceId(trace: number): string {
  return trace.toString(16).padStart(32, '0');
}

/** A span id that is easy to read. */
export function spanId(span: number): string {
  return span.toString(16).padStart(16, '0');
}

/** A link by the numbers of its target. */
export interface LinkPlan {
  readonly to: readonly [trace: number, span: number];

  /** The value of `waybill.link.to`; without, the link tells nothing. */
  readonly role?: string;
  readonly sampled?: boolean;
  readonly attributes?: JourneyAttributes;
}

/** A span by what a test is about. */
export interface SpanPlan {
  readonly id: readonly [trace: number, span: number];
  readonly parent?: number;
  readonly kind?: JourneySpanKind;

  /** In ms after {@link testStart}. */
  readonly at: number;

  /** In ms. */
  readonly took?: number;
  readonly service?: string;
  readonly host?: string;
  readonly links?: readonly LinkPlan[];
  readonly attributes?: JourneyAttributes;
  readonly status?: 'OK' | 'ERROR';
}

/** Makes a span by hand. Kind and operation follow from the first word of the name, as `send orders`. */
export function makeSpan(name: string, plan: SpanPlan): JourneySpan {
  const [verb = '', destination] = name.split(' ');
  const known = verbs[verb];
  const { id, parent, at, took = 10, service = 'shop', host, links = [], attributes, status } = plan;
  return {
    traceId: traceId(id[0]),
    spanId: spanId(id[1]),
    parentSpanId: parent === undefined ? undefined : spanId(parent),
    name,
    kind: plan.kind ?? known?.kind ?? 'INTERNAL',
    service,
    host,
    start: testStart + at,
    end: testStart + at + took,
    status,
    attributes: {
      ...(known && {
        'messaging.operation.type': known.type,
        'messaging.destination.name': destination ?? '',
      }),
      ...attributes,
    },
    links: links.map(makeLink),
  };
}

function makeLink({ to, role, sampled, attributes }: LinkPlan): JourneyLink {
  return {
    traceId: traceId(to[0]),
    spanId: spanId(to[1]),
    sampled,
    attributes: { ...(role !== undefined && { 'waybill.link.to': role }), ...attributes },
  };
}

const verbs: Readonly<Record<string, { kind: JourneySpanKind; type: string }>> = {
  send: { kind: 'PRODUCER', type: 'send' },
  create: { kind: 'PRODUCER', type: 'create' },
  process: { kind: 'CONSUMER', type: 'process' },
  receive: { kind: 'CLIENT', type: 'receive' },
  poll: { kind: 'CLIENT', type: 'receive' },
  run: { kind: 'CONSUMER', type: 'process' },
  ack: { kind: 'CLIENT', type: 'settle' },
};
