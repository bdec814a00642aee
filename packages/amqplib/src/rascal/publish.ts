import { activeContext, type Instrumenter, overridePublish, type PublishCall } from '@waybill/core/adapter';
import type { Message, Options } from 'amqplib';
import { Destination } from '../destination.ts';
import { AmqpOutgoingMessage } from '../outgoing-message.ts';
import { asTraced, isSendable } from '../publish.ts';
import {
  answerOfBroker,
  answersByCallback,
  type BrokerMethod,
  type BrokerMethods,
  connectionOf,
  type PublicationConfig,
  type RascalConfig,
} from './broker.ts';
import { observePublication } from './publication-session.ts';

type Headers = Readonly<Record<string, unknown>>;

/** What a call to publish or forward was given. */
interface Given {
  readonly name: string;
  readonly message: unknown;

  /** What the call changes of the configured publication. */
  readonly overrides: PublicationConfig;

  /** The callback, in the API with callbacks. */
  readonly rest: readonly unknown[];
}

/** Traces what a broker publishes and forwards: at the call, as rascal loses its context before it has a channel. */
export function tracePublications(
  broker: BrokerMethods,
  config: RascalConfig,
  instrumenter: Instrumenter,
): void {
  for (const method of ['publish', 'forward'] as const) {
    overridePublish(broker, method, instrumenter, (bare, ...args) => {
      const given = givenTo(broker, args);
      const publication = given && config.publications?.[given.name];
      if (given === undefined || publication === undefined) return undefined;
      const told = method === 'forward' ? forwarded(given.message as Message) : published(given.message);
      return publishCall(broker, bare, config, publication, given, told);
    });
  }
}

/** What a message says by itself. The configuration of a publication comes before it, and what the call changes before that. */
interface Told {
  readonly content: unknown;
  readonly routingKey?: string;
  readonly options?: Headers;

  /** The message for rascal, with its headers changed. */
  messageWith(change: (headers: Headers) => Headers): unknown;
}

function published(content: unknown): Told {
  return { content, messageWith: () => content };
}

/** @throws TypeError for what is no message, which rascal will refuse. */
function forwarded(message: Message): Told {
  const { content, fields, properties } = message;
  const { headers } = properties;
  return {
    content,
    routingKey: fields.routingKey,
    options: { ...properties },
    // Rascal adds what the overrides lack, so that what was removed has to be removed here, too.
    messageWith: (change) => ({ ...message, properties: { ...properties, headers: change(headers ?? {}) } }),
  };
}

function publishCall(
  broker: BrokerMethods,
  bare: BrokerMethod,
  config: RascalConfig,
  publication: PublicationConfig,
  { name, overrides, rest }: Given,
  told: Told,
): PublishCall<unknown> | undefined {
  const { destination = '', routingKey = told.routingKey ?? '', vhost } = { ...publication, ...overrides };
  const composed: Headers = { ...told.options, ...publication.options, ...overrides.options };
  if (!isSendable(destination, routingKey, composed)) return undefined;
  const headers: Headers = {
    ...headersOf(told.options),
    ...headersOf(publication.options),
    ...headersOf(overrides.options),
  };
  // As the publication is configured: no call changes that.
  const isExchange = Object.hasOwn(publication, 'exchange');
  const outgoing = new AmqpOutgoingMessage(
    new Destination(
      isExchange ? destination : '',
      String(isExchange ? routingKey : destination),
      undefined,
      connectionOf(config, vhost),
    ),
    told.content,
    { ...composed, headers } as Options.Publish,
  );
  const active = activeContext();
  return {
    messages: [outgoing],
    batch: false,
    completes: 'callback',
    invoke(done, note) {
      const { written } = outgoing.headers;
      const change = changeOf(headers, written);
      const ownHeaders = change(headersOf(overrides.options) ?? {});
      const options =
        written === undefined ? overrides.options : { ...overrides.options, headers: ownHeaders };
      return answerOfBroker(
        broker,
        bare,
        [name, told.messageWith(change), { ...overrides, options: asTraced(options, ignore) }, ...rest],
        (failure, session) => {
          if (failure !== undefined) done(failure.error);
          else observePublication(session, active, done, note);
        },
      );
    },
  };
}

/** Reads the arguments of a call; `undefined` where they are for rascal to refuse. */
function givenTo(broker: object, args: readonly unknown[]): Given | undefined {
  const byCallback = answersByCallback(broker);
  const rest = byCallback ? args.slice(-1) : [];
  const [name, message, overrides = {}, ...others] = byCallback ? args.slice(0, -1) : args;
  if (byCallback && typeof rest[0] !== 'function') return undefined;
  if (typeof name !== 'string' || others.length > 0) return undefined;
  if (typeof overrides === 'string') return { name, message, overrides: { routingKey: overrides }, rest };
  if (typeof overrides !== 'object' || overrides === null) return undefined;
  return { name, message, overrides, rest };
}

function headersOf(options: Headers | undefined): Headers | undefined {
  return options?.headers as Headers | undefined;
}

/** What makes of headers, or of some of them, what was written. */
function changeOf(before: Headers, written: Headers | undefined): (headers: Headers) => Headers {
  return (headers) => {
    if (written === undefined) return headers;
    const changed: Record<string, unknown> = { ...headers };
    for (const name of Object.keys(before)) if (!Object.hasOwn(written, name)) delete changed[name];
    for (const [name, value] of Object.entries(written)) {
      if (before[name] !== value) changed[name] = value;
    }
    return changed;
  };
}

function ignore(): void {}
