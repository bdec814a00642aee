import {
  BaseMessage,
  type IncomingMessage,
  type Instrumenter,
  type MessageHeaders,
  type OutgoingMessage,
  type ReadableHeaders,
} from '@waybill/core/adapter';

/**
 * What crosses a boundary: the trace context, the baggage and the time of capture, as the headers that a message would carry.
 * A plain object of texts, which can be stored, posted to a thread and sent to another process; any OpenTelemetry SDK reads it
 * with `propagation.extract(context, captured)`. Empty where nothing was active.
 */
export type Captured = Readonly<Record<string, string>>;

/**
 * Captures the active context.
 *
 * @param boundary whose rule says what baggage crosses; without it, the rules for all boundaries do (`*`).
 */
export function captureActive(instrumenter: Instrumenter, boundary: string = ''): Captured {
  const headers: Record<string, string> = {};
  instrumenter.capture(new CapturingMessage(boundary, headers));
  return Object.freeze(headers);
}

/** The message that a capture is written into. */
class CapturingMessage extends BaseMessage<object> implements OutgoingMessage {
  readonly headers: MessageHeaders;

  constructor(boundary: string, headers: Record<string, string>) {
    super(headers, boundary);
    this.headers = new CapturedHeaders(headers);
  }
}

/** Data of the work beside its capture. */
export interface WorkDetails {
  /** How long it was meant to wait, in ms. */
  readonly delay?: number;

  /** The schedule that it is a run of. */
  readonly schedule?: string;

  /** Which run of the schedule it is. */
  readonly id?: string;
}

/** Work on the other side of a boundary. */
export class CapturedWork extends BaseMessage<Captured> implements IncomingMessage {
  readonly headers: ReadableHeaders;
  readonly delay: number | undefined;
  readonly schedule: string | undefined;
  readonly id: string | undefined;

  constructor(boundary: string, captured: Captured, { delay, schedule, id }: WorkDetails = {}) {
    super(captured, boundary);
    this.headers = new CapturedHeaders(captured);
    this.delay = delay;
    this.schedule = schedule;
    this.id = id;
  }

  get recurring(): boolean {
    return this.schedule !== undefined;
  }
}

/** Headers in a plain object that is ours. */
class CapturedHeaders implements MessageHeaders {
  readonly #headers: Record<string, string>;

  constructor(headers: Captured) {
    this.#headers = headers as Record<string, string>;
  }

  get(name: string): string | undefined {
    return Object.hasOwn(this.#headers, name) ? this.#headers[name] : undefined;
  }

  names(): string[] {
    return Object.keys(this.#headers);
  }

  set(name: string, text: string): undefined {
    this.#headers[name] = text;
  }

  delete(name: string): void {
    delete this.#headers[name];
  }
}
