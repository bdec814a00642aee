import type { Row } from '../fold/band.ts';
import type { Ghost, Hop, Wait } from '../model/journey.ts';
import { decisionOf } from '../model/message-facts.ts';
import { keyOf } from '../spans/journey-span.ts';
import { read, textOf } from '../telemetry-names.ts';
import { durationText } from './duration-text.ts';

/** What is said of a row beside its bar. */
export interface RowNotes {
  readonly told: string;

  /** What is not as it should be. */
  readonly warnings: string;
}

/** Tells of a row how its messages came, why they are related as they are, what they waited for, and what is missing. */
export function notesOf(row: Row): RowNotes {
  return {
    told: joined([decisionText(row), kindText(row), waitText(row.hops)]),
    warnings: joined([errorText(row), skewText(row.hops), ...missingTexts(row)]),
  };
}

function joined(parts: readonly (string | undefined)[]): string {
  return parts.filter((part) => part !== undefined && part !== '').join(' · ');
}

/** Relation, reason and rule, if all messages of the row agree. */
export function decisionText({ spans, hops }: Row): string | undefined {
  const relations = new Map(hops.map(({ handling, relation }) => [keyOf(handling), relation]));
  const texts = new Set(
    spans.map((span) => {
      const { relation, reason, rule } = decisionOf(span);
      const seen = relation ?? relations.get(keyOf(span));
      if (seen === undefined) return undefined;
      return `${seen}${reason === undefined ? '' : `: ${reason}`}${rule === undefined ? '' : `, rule ${rule}`}`;
    }),
  );
  const [text] = texts;
  return texts.size > 1 ? `${texts.size} decisions` : text;
}

/** What kind of delivery it is, where it is no first one. */
export function kindText({ hops, spans }: Row): string | undefined {
  const [hop] = hops;
  if (hop === undefined) return undefined;
  if (hops.length > spans.length) return `${hops.length} messages`;
  if (hops.length > 1 || hop.kind === 'message') return undefined;
  if (hop.kind === 'attempt') return hop.attempt === undefined ? 'later attempt' : `attempt ${hop.attempt}`;
  return hop.kind;
}

/** How long messages waited, and what for; of many, from the shortest to the longest. */
export function waitText(hops: readonly Hop[]): string | undefined {
  const waits = hops.flatMap(({ wait }) => (wait === undefined ? [] : [wait]));
  const [wait] = waits;
  if (wait === undefined) return undefined;
  if (waits.length > 1) return rangeText(waits);
  const about = wait.estimated ? 'about ' : '';
  const parts = wait.parts.map(({ what, duration }) => `${what} ${about}${durationText(duration)}`);
  return parts.length === 0 ? undefined : parts.join(', ');
}

/** Of many waits, the shortest, the longest and the median. */
export function rangeText(waits: readonly Wait[]): string {
  const durations = waits.map(({ start, end }) => end - start).sort((a, b) => a - b);
  const [least = 0] = durations;
  const most = durations.at(-1) ?? 0;
  const median = durations[Math.floor(durations.length / 2)] ?? 0;
  if (durationText(least) === durationText(most)) return `each waited ${durationText(most)}`;
  return `waited ${durationText(least)} to ${durationText(most)}, median ${durationText(median)}`;
}

/** What failed. */
export function errorText({ spans }: Row): string | undefined {
  const failed = spans.filter(({ status }) => status === 'ERROR');
  const [first] = failed;
  if (first === undefined) return undefined;
  if (spans.length > 1) return `${failed.length} failed`;
  const outcome = textOf(first.attributes, read.outcome);
  return `failed${suffix(textOf(first.attributes, read.errorType))}${suffix(outcome === 'failed' ? undefined : outcome)}`;
}

function suffix(text: string | undefined): string {
  return text === undefined ? '' : `: ${text}`;
}

/** By how much clocks differ. */
export function skewText(hops: readonly Hop[]): string | undefined {
  const most = hops.reduce((known, { skew = 0 }) => Math.max(known, skew), 0);
  return most === 0 ? undefined : `clock skew of ${durationText(most)} at least`;
}

/** What is missing at a row. @param isBrief without the trace that it is of. */
export function missingTexts({ hops, ghosts }: Row, isBrief = false): string[] {
  const senders = hops.filter(({ missing }) => missing !== undefined);
  const [sender] = senders;
  const others = ghosts.filter(({ role }) => role !== 'sender');
  return [
    ...(sender === undefined ? [] : [senderText(sender, senders.length, isBrief)]),
    ...new Set(others.map(ghostText)),
  ].map((text) => `◌ ${text}`);
}

function senderText({ missing, sender }: Hop, count: number, isBrief: boolean): string {
  const who = count > 1 ? `${count} senders` : 'sender';
  const where = count > 1 || isBrief ? '' : ` (trace ${sender.traceId})`;
  if (missing === 'untrusted') return `${who} not trusted${where}`;
  return `${who} ${missing === 'unsampled' ? 'not sampled' : 'not found'}${where}`;
}

function ghostText({ role, reason }: Ghost): string {
  if (role === 'handling') return 'no handling found';
  const what = role === 'other' ? 'linked span' : role.replaceAll('-', ' ');
  return `${what} ${reason === 'unsampled' ? 'not sampled' : 'not found'}`;
}
