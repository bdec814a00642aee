import { type Attributes, type Context, type Link, SpanKind, trace } from '@opentelemetry/api';
import { commonValue } from '../common-value.ts';
import type { Environment } from '../environment.ts';
import type { OutgoingMessage } from '../messages/outgoing-message.ts';
import type { PublishOutcome } from '../messages/publish-call.ts';
import { inject, injectBeside, keptContext } from '../propagation/inject.ts';
import { wishOf } from '../propagation/wish.ts';
import { attribute } from '../semantic-conventions/telemetry-names.ts';
import { errorType, failSpan } from './fail-span.ts';
import type { Letter } from './letter.ts';
import { distinctLinks, linkTo } from './links.ts';
import { recordSent } from './record-sent.ts';
import { isSentBy } from './rival.ts';
import { endSpan, type Started, startSpan } from './start-span.ts';

/** A publish call under way. */
export interface Sending {
  /** What the client's own call runs in. */
  readonly context: Context;

  /** Takes what became of one message. */
  readonly outcome: PublishOutcome;

  /** Ends the spans and records the metrics; with an error, if the whole call failed. */
  end(...failure: [] | [error: unknown]): void;
}

/** Starts the spans of a publish call and writes their contexts into its messages. */
export function startSending(
  env: Environment,
  messages: readonly OutgoingMessage[],
  batch: boolean,
  active: Context,
): Sending {
  const began = performance.now();
  const letters = messages.map(
    (message): Letter => ({
      message,
      kept: keptContext(message, active, env.codec),
      own: undefined,
      failure: undefined,
    }),
  );
  const ambient = trace.getSpan(active);
  const alreadySent = letters.some(({ kept, message }) =>
    isSentBy(ambient, kept, message.destination, env.profile),
  );
  const call = alreadySent ? undefined : startCallSpan(env, letters, batch, active);
  const within = call?.context ?? active;
  for (const letter of letters) {
    if (call !== undefined && batch && env.settings.messageSpans && letter.kept === undefined) {
      letter.own = startMessageSpan(env, letter.message, within);
    }
    writeCarrier(env, letter, letter.own?.context ?? within, active);
  }

  return {
    context: within,
    outcome(index, id, error) {
      const letter = letters[index];
      if (letter === undefined) return;
      const span = letter.own?.span ?? (batch ? undefined : call?.span);
      if (id !== undefined && span?.isRecording()) span.setAttribute(attribute.messageId, id);
      if (error === undefined) return;
      letter.failure = errorType(error);
      if (span !== undefined) failSpan(span, error);
    },
    end(...failure) {
      if (failure.length > 0) failAll(letters, call, failure[0]);
      for (const { own } of letters) if (own !== undefined) endSpan(own);
      if (call !== undefined) endSpan(call);
      recordSent(
        env,
        letters,
        performance.now() - began,
        failure.length > 0 ? errorType(failure[0]) : undefined,
      );
    },
  };
}

function startCallSpan(
  env: Environment,
  letters: readonly Letter[],
  batch: boolean,
  active: Context,
): Started {
  const links = distinctLinks(
    letters.flatMap(({ kept }): Link[] => (kept === undefined ? [] : [linkTo('creation', kept)])),
  );
  // Semantic conventions 1.45, messaging spans, span kind: PRODUCER where this is the context that messages are created in.
  const creates = !(batch && env.settings.messageSpans) && letters.some(({ kept }) => kept === undefined);
  const attributes: Attributes = {};
  if (batch) attributes[attribute.batchMessageCount] = letters.length;
  else letters[0]?.message.describe(attributes);
  return startSpan(
    env,
    {
      operation: env.profile.operations.send,
      type: 'send',
      destination: commonValue(letters, ({ message }) => message.destination),
    },
    { kind: creates ? SpanKind.PRODUCER : SpanKind.CLIENT, attributes, links },
    active,
  );
}

function startMessageSpan(env: Environment, message: OutgoingMessage, parent: Context): Started {
  const attributes: Attributes = {};
  message.describe(attributes);
  const subject = { operation: 'create', type: 'create', destination: message.destination } as const;
  return startSpan(env, subject, { kind: SpanKind.PRODUCER, attributes }, parent);
}

function writeCarrier(env: Environment, { message, kept }: Letter, within: Context, active: Context): void {
  const injection = {
    codec: env.codec,
    rule: env.ruleFor(message.subject),
    now: env.clock(),
    wish: wishOf(active),
    reject: env.rejectFor(message.subject),
  };
  if (kept === undefined) inject(message, within, injection);
  else injectBeside(message, kept, within, injection);
}

function failAll(letters: readonly Letter[], call: Started | undefined, error: unknown): void {
  if (call !== undefined) failSpan(call.span, error);
  for (const letter of letters) {
    letter.failure = errorType(error);
    if (letter.own !== undefined) failSpan(letter.own.span, error);
  }
}
