import type { Attributes } from '@opentelemetry/api';
import type { HeaderValue } from '../src/seam/header.ts';
import type { IncomingMessage } from '../src/seam/incoming-message.ts';
import type { HeaderRefusal, OutgoingMessage } from '../src/seam/outgoing-message.ts';
import type { PublishCall } from '../src/seam/publish-call.ts';

/** Headers by name, in lower case. */
export type Headers = Record<string, HeaderValue>;

/** A message on its way out, which keeps what is written to it. */
export class FakeOutgoing implements OutgoingMessage {
  readonly headers: Headers;
  readonly destination: string;
  readonly queueKey: string;
  readonly native: object = {};
  readonly #refuse: (name: string, value: string) => HeaderRefusal | undefined;

  constructor(
    init: {
      readonly destination?: string;
      readonly queueKey?: string;
      readonly headers?: Headers;
      readonly refuse?: (name: string, value: string) => HeaderRefusal | undefined;
    } = {},
  ) {
    this.headers = { ...init.headers };
    this.destination = init.destination ?? 'orders';
    this.queueKey = init.queueKey ?? this.destination;
    this.#refuse = init.refuse ?? (() => undefined);
  }

  header(name: string): HeaderValue {
    return this.headers[name];
  }

  headerNames(): string[] {
    return Object.keys(this.headers);
  }

  setHeader(name: string, value: string): HeaderRefusal | undefined {
    const refusal = this.#refuse(name, value);
    if (refusal === undefined) this.headers[name] = value;
    return refusal;
  }

  deleteHeader(name: string): void {
    delete this.headers[name];
  }

  describe(attributes: Attributes): void {
    attributes['fake.outgoing'] = true;
  }
}

/** A message that arrived. What is not said is as a broker that knows nothing would have it. */
export function incoming(
  init: Partial<IncomingMessage> & { readonly headers?: Headers } = {},
): IncomingMessage {
  const { headers = {}, destination = 'orders', ...fields } = init;
  return {
    destination,
    queueKey: destination,
    native: {},
    id: undefined,
    sentAt: undefined,
    sentAtSource: 'fake-time',
    attempt: undefined,
    recurring: false,
    receipt: undefined,
    orderingKey: undefined,
    header: (name) => headers[name],
    headerNames: () => Object.keys(headers),
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
