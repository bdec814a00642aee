import type { Context } from '@opentelemetry/api';
import { attribute, event, overrideMethod, type PublishNote, runIn } from '@waybill/core/adapter';

/** What reports on a publication, after the call has been answered. */
interface PublicationSession {
  readonly started?: unknown;
  emit(event: string, ...about: unknown[]): unknown;
  abort(): unknown;
}

/**
 * Ends a publish when its session says what became of it.
 *
 * @param context that of the call, which the listeners of the session run in: rascal has lost it.
 */
export function observePublication(
  published: unknown,
  context: Context,
  done: (error?: unknown) => void,
  note: PublishNote,
): void {
  const session = published as PublicationSession;
  overrideMethod(session, 'emit', (original) => (name, ...about) => {
    if (name === 'success') done();
    else if (name === 'error') done(about[0]);
    else if (name === 'close') done(new Error('connection closed'));
    else if (name === 'return') note(0, event.returned, { [attribute.returnReason]: replyOf(about[0]) });
    return runIn(context, () => original.call(session, name, ...about));
  });
  overrideMethod(session, 'abort', (original) => () => {
    const returned = original.call(session);
    // Else it has a channel already.
    if (session.started === undefined) done(new Error('publication aborted'));
    return returned;
  });
}

/** Why the broker returned a message. */
function replyOf(message: unknown): string {
  const { fields } = Object(message) as { readonly fields?: { readonly replyText?: unknown } };
  return String(fields?.replyText);
}
