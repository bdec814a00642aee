import type { Attributes } from '@opentelemetry/api';
import type { HeaderValue, IncomingMessage, Instrumenter, OutgoingMessage } from '@waybill/core/adapter';

/**
 * What crosses a boundary: the trace context, the baggage and the time of capture, as the headers that a message would carry.
 * A plain object of texts, which can be stored, posted to a thread and sent to another process; any OpenTelemetry SDK reads it
 * with `propagation.extract(context, captured)`. Empty where nothing was active.
 */
export type Captured = Readonly<Record<string, string>>;

/**
 * Writes down the active context.
 *
 * @param boundary whose rule says what baggage crosses; without it, the rules for all boundaries do (`*`).
 */
export function captureActive(instrumenter: Instrumenter, boundary: string = ''): Captured {
  const headers: Record<string, string> = {};
  instrumenter.capture(new CapturingMessage(boundary, headers));
  return Object.freeze(headers);
}

/** What a capture is written into. */
class CapturingMessage implements OutgoingMessage {
  readonly destination: string;
  readonly queueKey: string;
  readonly native: object;
  readonly #headers: Record<string, string>;

  constructor(boundary: string, headers: Record<string, string>) {
    this.destination = boundary;
    this.queueKey = boundary;
    this.native = headers;
    this.#headers = headers;
  }

  header(name: string): HeaderValue {
    return this.#headers[name];
  }

  headerNames(): string[] {
    return Object.keys(this.#headers);
  }

  setHeader(name: string, value: string): undefined {
    this.#headers[name] = value;
  }

  deleteHeader(name: string): void {
    delete this.#headers[name];
  }

  describe(): void {}
}

/** What is known of work besides what was captured. */
export interface WorkDetails {
  /** How long it was meant to wait, in ms. */
  readonly delay?: number;

  /** The schedule that it is a run of. */
  readonly schedule?: string;

  /** Which run of the schedule it is. */
  readonly id?: string;
}

/** Work on the other side of a boundary. */
export class CapturedWork implements IncomingMessage {
  readonly destination: string;
  readonly queueKey: string;
  readonly native: Captured;
  readonly sentAt = undefined;
  readonly sentAtSource = 'captured';
  readonly attempt = undefined;
  readonly receipt = undefined;
  readonly orderingKey = undefined;
  readonly delay: number | undefined;
  readonly schedule: string | undefined;
  readonly id: string | undefined;

  constructor(boundary: string, captured: Captured, { delay, schedule, id }: WorkDetails = {}) {
    this.destination = boundary;
    this.queueKey = boundary;
    this.native = captured;
    this.delay = delay;
    this.schedule = schedule;
    this.id = id;
  }

  get recurring(): boolean {
    return this.schedule !== undefined;
  }

  header(name: string): HeaderValue {
    const { native } = this;
    return Object.hasOwn(native, name) ? native[name] : undefined;
  }

  headerNames(): string[] {
    return Object.keys(this.native);
  }

  describe(_attributes: Attributes): void {}
}
