import type { Attributes } from '@opentelemetry/api';
import type { PublishCall } from '../src/seam/calls.ts';
import type { HeaderRefusal, HeaderValue, MessageHeaders, ReadableHeaders } from '../src/seam/headers.ts';
import type { IncomingMessage } from '../src/seam/incoming-message.ts';
import type { OutgoingMessage } from '../src/seam/outgoing-message.ts';

/** Headers by name, in lower case. */
export type Headers = Record<string, HeaderValue>;

/** A message on its way out, which keeps what is written to it. */
export class FakeOutgoing implements OutgoingMessage {
  /** Its headers, as they are. */
  readonly carrier: Headers;

  readonly headers: MessageHeaders;
  readonly destination: string;
  readonly queueKey: string;
  readonly native: object = {};

  constructor(
    init: {
      readonly destination?: string;
      readonly queueKey?: string;
      readonly headers?: Headers;
      readonly refuse?: (name: string, value: string) => HeaderRefusal | undefined;
    } = {},
  ) {
    this.carrier = { ...init.headers };
    this.headers = writable(this.carrier, init.refuse);
    this.destination = init.destination ?? 'orders';
    this.queueKey = init.queueKey ?? this.destination;
  }

  describe(attributes: Attributes): void {
    attributes['fake.outgoing'] = true;
  }
}

function writable(
  carrier: Headers,
  refuse: (name: string, value: string) => HeaderRefusal | undefined = () => undefined,
): MessageHeaders {
  return {
    ...readable(carrier),
    set(name, value) {
      const refusal = refuse(name, value);
      if (refusal === undefined) carrier[name] = value;
      return refusal;
    },
    delete(name) {
      delete carrier[name];
    },
  };
}

function readable(carrier: Headers): ReadableHeaders {
  return { get: (name) => carrier[name], names: () => Object.keys(carrier) };
}

/** What a test says of a message that arrived. */
export interface IncomingInit extends Partial<Omit<IncomingMessage, 'headers'>> {
  readonly headers?: Headers | undefined;

  /** In place of the functions that read {@link headers}. */
  readonly read?: Partial<ReadableHeaders>;
}

/** A message that arrived. What is not said is as a broker that knows nothing would have it. */
export function incoming({
  headers = {},
  read,
  destination = 'orders',
  ...fields
}: IncomingInit = {}): IncomingMessage {
  return {
    destination,
    queueKey: destination,
    native: {},
    sentAtSource: 'fake-time',
    headers: { ...readable(headers), ...read },
    describe(attributes) {
      attributes['fake.incoming'] = true;
    },
    ...fields,
  };
}

/** A call that publishes, and by default resolves to `sent`. */
export function publishing<R = Promise<string>>(
  messages: readonly OutgoingMessage[],
  call: Partial<PublishCall<R>> = {},
): PublishCall<R> {
  return {
    messages,
    batch: messages.length > 1,
    completes: 'promise',
    invoke: () => Promise.resolve('sent') as R,
    ...call,
  };
}

export const traceId = '0af7651916cd43dd8448eb211c80319c';
export const spanId = 'b7ad6b7169203331';

/** The traceparent of a sampled span of another process. */
export function traceparent(trace: string = traceId, span: string = spanId): string {
  return `00-${trace}-${span}-01`;
}

/** Our own header, for the span of {@link traceparent}. */
export function waybillHeader(
  sentAt: number,
  {
    journey = traceId,
    span = spanId,
    requestedRelation = '',
  }: { journey?: string; span?: string; requestedRelation?: string } = {},
): string {
  return `1-${sentAt}-${journey}-${span}${requestedRelation === '' ? '' : `-${requestedRelation}`}`;
}
