import { MemoryStore } from '../ground/memory-budget.ts';
import type { Attempt, AttemptLog } from '../seam/incoming-message.ts';

interface LoggedAttempt extends Attempt {
  readonly position: number;
  readonly logTime: number | undefined;
}

/** Slots by the last bits of positions. Their number is a power of two. */
type Ring = (LoggedAttempt | undefined)[];

const leastSlots = 16;
const mostSlots = 1_024;
const slotBytes = 8;
const logBytes = 128;
const attemptBytes = 216;
const noSlots: Ring = [];

/**
 * The last attempts at the messages of a log, such as a partition of Kafka as one consumer reads it: those at the last 1,024
 * positions, as long as the memory of the Waybill has room for them.
 *
 * A ring by position: a look-up by name would cost every message a text, its hash and a place in a map.
 */
export class RingAttemptLog extends MemoryStore implements AttemptLog {
  #young: Ring = noSlots;
  #old: Ring = noSlots;

  previous(position: number, logTime?: number): Attempt | undefined {
    const attempt = find(this.#young, position) ?? find(this.#old, position);
    return Object.is(attempt?.logTime, logTime) ? attempt : undefined;
  }

  /** Remembers an attempt, in place of the one at the message 1,024 positions before. */
  remember(position: number, { number, span }: Attempt, logTime?: number): void {
    if (!Number.isSafeInteger(position) || position < 0) return;
    let ring = this.#young;
    let bytes = 0;
    if (ring.length === 0) {
      ring = emptyRing(leastSlots);
      bytes += logBytes + leastSlots * slotBytes;
    }
    let slot = slotOf(ring, position);
    let other = ring[slot];
    while (other !== undefined && other.position !== position && ring.length < mostSlots) {
      bytes += ring.length * slotBytes;
      ring = grown(ring);
      slot = slotOf(ring, position);
      other = ring[slot];
    }
    ring[slot] = { position, logTime, number, span };
    this.#young = ring;
    if (other === undefined) bytes += attemptBytes;
    if (bytes > 0) this.spend(bytes);
  }

  forget(): void {
    this.#young = noSlots;
    this.#old = noSlots;
    this.releaseAll();
  }

  protected override age(): void {
    this.#old = this.#young;
    this.#young = noSlots;
  }
}

function find(ring: Ring, position: number): LoggedAttempt | undefined {
  if (ring.length === 0) return undefined;
  const attempt = ring[slotOf(ring, position)];
  return attempt?.position === position ? attempt : undefined;
}

/** A mask, because a remainder of numbers over 2^31 takes ten times as long. */
function slotOf(ring: Ring, position: number): number {
  return position & (ring.length - 1);
}

/** A ring with twice the slots, for when two positions share one. */
function grown(ring: Ring): Ring {
  const larger = emptyRing(ring.length * 2);
  for (const attempt of ring) {
    if (attempt !== undefined) larger[slotOf(larger, attempt.position)] = attempt;
  }
  return larger;
}

function emptyRing(count: number): Ring {
  return new Array<LoggedAttempt | undefined>(count).fill(undefined);
}
