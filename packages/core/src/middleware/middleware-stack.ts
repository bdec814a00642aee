import { WaybillError } from '../ground/waybill-error.ts';
import { queuePatterns } from '../policy/queue-pattern.ts';
import type { PublishCall } from '../seam/calls.ts';
import type { Delivery } from '../seam/delivery.ts';
import type { MessageView, OutgoingMessageView } from '../seam/message-view.ts';
import type { Middleware } from './middleware.ts';
import { type Layer, type LayerRules, runLayers } from './run-layers.ts';

/** The middleware of an application, in the order of registration. */
export class MiddlewareStack {
  readonly #publish: Layer<OutgoingMessageView>[] = [];
  readonly #consume: Layer<MessageView>[] = [];
  #count = 0;

  /** Adds a layer inside the existing ones, for all messages or for those whose queue a pattern matches. */
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
  publish<R>(system: string, { messages, batch, completes }: PublishCall<R>, send: () => R): R {
    const rules = completes === 'promise' ? publishing : publishingAtOnce;
    return runLayers(this.#publish, { system, messages, batch }, send, rules);
  }

  /** Runs the consume middleware around a handler. */
  consume<R>(
    system: string,
    { messages, batch }: Delivery,
    handler: () => R,
    skipped: (name: string) => void,
  ): R {
    const rules = { skipped, synchronous: false };
    return runLayers(this.#consume, { system, messages, batch }, handler, rules);
  }
}

const publishing: LayerRules = { skipped: refuseSkip, synchronous: false };
const publishingAtOnce: LayerRules = { skipped: refuseSkip, synchronous: true };

function refuseSkip(name: string): never {
  throw new WaybillError(
    'WAYBILL_MIDDLEWARE_WITHOUT_NEXT',
    `Publish middleware "${name}" did not call next(), so nothing was sent. Call it, or throw an error that says why not.`,
  );
}
