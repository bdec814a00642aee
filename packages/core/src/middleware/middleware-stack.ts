import type { Delivery } from '../messages/delivery.ts';
import type { IncomingMessage } from '../messages/incoming-message.ts';
import type { OutgoingMessage } from '../messages/outgoing-message.ts';
import type { PublishCall } from '../messages/publish-call.ts';
import { type QueuePattern, queuePatterns } from '../policy/queue-pattern.ts';
import { WaybillError } from '../waybill-error.ts';
import type { Middleware, MiddlewareCall } from './middleware.ts';
import { type Layer, runLayers } from './run-layers.ts';

interface Entry<M extends OutgoingMessage | IncomingMessage> {
  readonly name: string;
  readonly patterns: readonly QueuePattern[] | undefined;
  run(call: MiddlewareCall<M>, next: () => unknown): unknown;
}

/** The middleware of an application, in the order of registration. */
export class MiddlewareStack {
  readonly #publish: Entry<OutgoingMessage>[] = [];
  readonly #consume: Entry<IncomingMessage>[] = [];
  #count = 0;

  /** Adds a layer inside those that are there, for all messages or for those whose queue a pattern matches. */
  add(middleware: Middleware, pattern: string | undefined): void {
    this.#count += 1;
    const patterns = pattern === undefined ? undefined : queuePatterns(pattern);
    const name = (method: { readonly name: string }): string =>
      middleware.name ?? (['', 'publish', 'consume'].includes(method.name) ? `#${this.#count}` : method.name);
    const { publish, consume } = middleware;
    if (publish) this.#publish.push({ name: name(publish), patterns, run: publish.bind(middleware) });
    if (consume) this.#consume.push({ name: name(consume), patterns, run: consume.bind(middleware) });
  }

  get isEmpty(): boolean {
    return !this.publishes && !this.consumes;
  }

  /** Whether there is publish middleware. */
  get publishes(): boolean {
    return this.#publish.length > 0;
  }

  /** Whether there is consume middleware. */
  get consumes(): boolean {
    return this.#consume.length > 0;
  }

  /** Runs the publish middleware around a call. */
  publish<R>(system: string, call: PublishCall<R>, send: () => R): R {
    const layers = layersFor(this.#publish, { system, messages: call.messages, batch: call.batch });
    return runLayers(layers, send, { skipped: refuseSkip, synchronous: call.completes !== 'promise' });
  }

  /** Runs the consume middleware around a handler. */
  consume<R>(system: string, delivery: Delivery, handler: () => R, skipped: (name: string) => void): R {
    const layers = layersFor(this.#consume, { system, messages: delivery.messages, batch: delivery.batch });
    return runLayers(layers, handler, { skipped, synchronous: false });
  }
}

function layersFor<M extends OutgoingMessage | IncomingMessage>(
  entries: readonly Entry<M>[],
  call: MiddlewareCall<M>,
): Layer[] {
  return entries.flatMap(({ name, patterns, run }) => {
    const messages = patterns === undefined ? call.messages : matching(patterns, call);
    return messages.length === 0 ? [] : [{ name, run: (next) => run({ ...call, messages }, next) }];
  });
}

/** The messages of a call that any of the patterns means. Each subject is held against it once. */
function matching<M extends OutgoingMessage | IncomingMessage>(
  patterns: readonly QueuePattern[],
  call: MiddlewareCall<M>,
): M[] {
  const verdicts = new Map<string, boolean>();
  return call.messages.filter(({ subject }) => {
    const verdict =
      verdicts.get(subject) ?? patterns.some((pattern) => pattern.matches(call.system, subject));
    verdicts.set(subject, verdict);
    return verdict;
  });
}

function refuseSkip(name: string): never {
  throw new WaybillError(
    'middleware-without-next',
    `Publish middleware "${name}" did not call next(), so nothing was sent. Call it, or throw an error that says why not.`,
  );
}
