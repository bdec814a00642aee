import { MemoryStore } from '../ground/memory-budget.ts';
import type { Attempt, AttemptLog } from '../seam/incoming-message.ts';

interface PlacedAttempt extends Attempt {
  readonly position: number;
  readonly logTime: number | undefined;
}

/** Places by the last bits of positions. Their number is a power of two. */
type Ring = (PlacedAttempt | undefined)[];

const leastPlaces = 16;
const mostPlaces = 1_024;
const placeBytes = 8;
const logBytes = 128;
const attemptBytes = 216;
const noPlaces: Ring = [];

/**
 * The last attempts at the messages of a log, such as a partition of Kafka as one consumer reads it: those at the last 1,024
 * positions, as long as the memory of the Waybill has room for them.
 *
 * A ring by position: a look-up by name would cost every message a text, its hash and a place in a map.
 */
export class RingAttemptLog extends MemoryStore implements AttemptLog {
  #young: Ring = noPlaces;
  #old: Ring = noPlaces;

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
      ring = places(leastPlaces);
      bytes += logBytes + leastPlaces * placeBytes;
    }
    let place = placeOf(ring, position);
    let other = ring[place];
    while (other !== undefined && other.position !== position && ring.length < mostPlaces) {
      bytes += ring.length * placeBytes;
      ring = grown(ring);
      place = placeOf(ring, position);
      other = ring[place];
    }
    ring[place] = { position, logTime, number, span };
    this.#young = ring;
    if (other === undefined) bytes += attemptBytes;
    if (bytes > 0) this.spend(bytes);
  }

  forget(): void {
    this.#young = noPlaces;
    this.#old = noPlaces;
    this.releaseAll();
  }

  protected override age(): void {
    this.#old = this.#young;
    this.#young = noPlaces;
  }
}

function find(ring: Ring, position: number): PlacedAttempt | undefined {
  if (ring.length === 0) return undefined;
  const attempt = ring[placeOf(ring, position)];
  return attempt?.position === position ? attempt : undefined;
}

/** A mask, because a remainder of numbers over 2^31 takes ten times as long. */
function placeOf(ring: Ring, position: number): number {
  return position & (ring.length - 1);
}

/** A ring with twice the places, for when two positions share one. */
function grown(ring: Ring): Ring {
  const larger = places(ring.length * 2);
  for (const attempt of ring) {
    if (attempt !== undefined) larger[placeOf(larger, attempt.position)] = attempt;
  }
  return larger;
}

function places(count: number): Ring {
  return new Array<PlacedAttempt | undefined>(count).fill(undefined);
}
