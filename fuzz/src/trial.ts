import { context, propagation, type Span, type TraceState, trace } from '@opentelemetry/api';
import { makeCarrier } from './carrier.ts';
import type { Fault, FaultKind } from './fault.ts';
import type { HostileCase } from './hostile-case.ts';
import { makeValue } from './hostile-value.ts';
import { describe, isChanged, recordOf, type Settled, settle, snapshot } from './observed.ts';
import { faultsOfSent } from './sent-message.ts';
import type { Setup } from './setups.ts';

/** One case on its way through an adapter: hands out hostile values, and checks the results. */
export class Trial {
  readonly input: HostileCase;
  readonly setup: Setup;
  readonly faults: Fault[] = [];

  /** The headers of each message, as a client would hand them over. */
  readonly carriers: readonly unknown[];

  /** What the handler, or the client, ends with. */
  readonly result: unknown;

  /** How many messages were counted on to be recorded as consumed. */
  consumed = 0;

  /** How many messages the client was given to send. */
  sentMessages = 0;

  /** The time of the client's calls with their tracing, in ms. */
  ms = 0;
  #checks: (() => void)[] = [];
  #sent = 0;
  #isForwarding = false;

  constructor(input: HostileCase, setup: Setup) {
    this.input = input;
    this.setup = setup;
    this.carriers = input.carriers.map(makeCarrier);
    this.result = this.fails ? makeValue(input.result) : {};
  }

  /** Whether the handler, or the client, fails. */
  get fails(): boolean {
    return this.input.ending === 'throws' || this.input.ending === 'rejects';
  }

  /** A value for a field that the sender fills. */
  field(index: number): unknown {
    const { fields } = this.input;
    return makeValue(fields[index % fields.length] ?? { odd: 'undefined' });
  }

  /** The same, if the client ensures that it is text. */
  text(index: number): string {
    const value = this.field(index);
    return typeof value === 'string' ? value : '';
  }

  fault(kind: FaultKind, text: string): void {
    this.faults.push({ kind, text });
  }

  /**
   * Delivers a message to a handler, and checks that the handler got this very object, once, and that what it gave came back.
   *
   * @param deliver makes the client deliver to the handler that it is given.
   * @param forward sends on what was delivered, if the case says so.
   * @param options.isAnswered whether the client takes notice of what a handler gives. Default `true`.
   */
  async deliver(
    native: unknown,
    deliver: (handler: (given: unknown) => unknown) => unknown,
    forward?: () => unknown,
    { isAnswered = true }: { readonly isAnswered?: boolean } = {},
  ): Promise<void> {
    let calls = 0;
    const settled = await this.timed(() =>
      deliver((given) => {
        calls += 1;
        if (given !== native) this.fault('handler missed', 'the handler was given another object');
        if (forward === undefined || !this.input.forwards) return this.end();
        return this.#forward(forward).then(() => this.end());
      }),
    );
    if (calls !== 1) this.fault('handler missed', `the handler ran ${calls} times`);
    if (isAnswered || 'error' in settled) this.#check(settled);
  }

  /** Makes a client send, and checks that it did, and that its answer came back. */
  async send(messages: number, given: readonly unknown[], send: () => unknown): Promise<void> {
    const before = given.map(snapshot);
    this.#sent = 0;
    this.#check(await this.timed(send));
    if (this.#sent !== messages)
      this.fault('message not sent', `the client was given ${this.#sent} messages`);
    for (const [index, each] of given.entries()) {
      if (isChanged(before[index], snapshot(each))) this.fault('input changed', `of argument ${index}`);
    }
  }

  /** Makes a call, and adds the time until it has settled. */
  async timed(call: () => unknown): Promise<Settled> {
    const nested = this.ms;
    const began = performance.now();
    const settled = await settle(call);
    this.ms = nested + performance.now() - began;
    return settled;
  }

  /** Checks what was sent, outside of the measured time. */
  finish(): void {
    for (const check of this.#checks.splice(0)) check();
  }

  /** Ends as the case says, with its result. */
  end(): unknown {
    switch (this.input.ending) {
      case 'returns':
        return this.result;
      case 'resolves':
        return Promise.resolve(this.result);
      case 'rejects':
        return Promise.reject(this.result);
      case 'throws':
        throw this.result;
    }
  }

  /** Ends as the case says, without a promise. */
  endNow(): unknown {
    if (this.fails) throw this.result;
    return this.result;
  }

  /**
   * Notes what the client was given to send, to be checked in the end.
   *
   * @param written gives the headers of the message.
   * @param given gives those that the caller had put there.
   * @param messages how many came with it.
   */
  sent(written: () => unknown, given: () => unknown = () => undefined, messages: number = 1): void {
    this.#sent += messages;
    this.sentMessages += messages;
    const forwarded = this.#isForwarding && isFromNetwork(this.input);
    this.#checks.push(() => {
      this.faults.push(...faultsOfSent(recordOf(written()), recordOf(given()), this.setup, forwarded));
    });
  }

  /** Runs something in the context that the case asks for: its baggage, and the application's span or a foreign one. */
  inContext<R>(span: Span | undefined, run: () => R): R {
    const entries = this.input.baggage.map(([key, value, metadata]) => [
      key,
      { value: makeValue(value), metadata: makeValue(metadata) },
    ]);
    const baggage = propagation.createBaggage(Object.fromEntries(entries));
    let active = propagation.setBaggage(context.active(), baggage);
    const state = makeValue(this.input.traceState);
    if (state !== undefined)
      active = trace.setSpanContext(active, { ...foreignSpan, traceState: stateOf(state) });
    else if (span !== undefined) active = trace.setSpan(active, span);
    return context.with(active, run);
  }

  async #forward(forward: () => unknown): Promise<void> {
    this.#isForwarding = true;
    try {
      await settle(forward);
    } finally {
      this.#isForwarding = false;
    }
  }

  #check(settled: Settled): void {
    const { fails } = this;
    if ('error' in settled) {
      if (!fails || !Object.is(settled.error, this.result)) this.fault('thrown', describe(settled.error));
    } else if (fails) this.fault('result changed', 'an error was swallowed');
    else if (!Object.is(settled.value, this.result)) this.fault('result changed', describe(settled.value));
  }
}

const foreignSpan = { traceId: '1'.repeat(32), spanId: '2'.repeat(16), traceFlags: 1 };

/** A trace state of an SDK that takes anything. */
function stateOf(value: unknown): TraceState {
  const state: TraceState = {
    get: () => undefined,
    set: () => state,
    unset: () => state,
    serialize: () => value as string,
  };
  return state;
}

/** Whether a network could have brought the headers and the fields of a case: text, bytes, and lists of them. */
function isFromNetwork({ carriers, fields }: HostileCase): boolean {
  return (
    carriers.every(({ shape }) => shape === 'plain') && !JSON.stringify([carriers, fields]).includes('"odd"')
  );
}
