import {
  type Attributes,
  type Context,
  isSpanContextValid,
  type Link,
  type SpanKind,
  TraceFlags,
  type TraceState,
  trace,
} from '@opentelemetry/api';
import { explicitRandomness, withRandomness } from './ot-trace-state.ts';
import { TokenBucket } from './token-bucket.ts';

/** What a sampler decides: not recorded, recorded but not exported, recorded and exported. */
type Decision = 0 | 1 | 2;

/** What a sampler answers, the same for the SDKs of the 2.x and 3.x lines. */
export interface SamplingResult {
  readonly decision: Decision;
  readonly attributes?: Readonly<Attributes>;
  readonly traceState?: TraceState;
}

/** A sampler of an SDK of the 2.x or 3.x line. */
export interface Sampler {
  shouldSample(
    context: Context,
    traceId: string,
    spanName: string,
    spanKind: SpanKind,
    attributes: Attributes,
    links: Link[],
  ): SamplingResult;
  toString(): string;
}

/** How {@link sampleLinked} follows links. */
export interface LinkSamplerOptions {
  /**
   * What a trace takes over from the one that it links to.
   *
   * - `'randomness'`, the default: the random bits that the sampler compares with its threshold. At one rate on both sides, a trace is
   *   kept exactly where the linked one was, and as many spans are kept as without.
   * - `'flag'`: the decision itself. A trace that links to a sampled one is kept, up to {@link perSecond}; all others are left to the sampler. For
   *   producers whose sampling is not known here. Counts that are made of sampled spans are then wrong.
   */
  readonly follow?: 'randomness' | 'flag' | undefined;

  /** With `follow: 'flag'`: how many traces are kept a second for each destination because of a link. A number above 0. Default 10. */
  readonly perSecond?: number | undefined;
}

/** The most destinations that have a budget of their own. Others share one. */
const mostDestinations = 1_000;

/**
 * Has the root spans that Waybill makes at a link sampled like the traces that they link to, so that a journey of several traces is kept or
 * dropped as a whole. Spans with a parent, roots without such a link, and links to senders that are not trusted are left to the sampler as they
 * are.
 *
 * It goes around the sampler that would see those roots: around the one for roots in a parent-based sampler, or around all of it.
 *
 * The bits are those of the journey that Waybill's header names, or of the linked trace: its explicit `rv`, else the last 56 bits of its id
 * (trace state of OpenTelemetry, probability sampling). The new trace gets them as its `rv`, which samplers of other services read. An `rv` that is
 * there is not changed.
 *
 * @throws {TypeError} with code `WAYBILL_INVALID_OPTION` when the sampler or an option is none.
 *
 * @example
 * const sampler = sampleLinked(new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(0.1) }));
 * const sdk = new NodeSDK({ sampler });
 */
export function sampleLinked(sampler: Sampler, options: LinkSamplerOptions = {}): Sampler {
  const { follow, perSecond } = checked(sampler, options);
  return follow === 'flag' ? new FlagSampler(sampler, perSecond) : new RandomnessSampler(sampler);
}

class RandomnessSampler implements Sampler {
  readonly #sampler: Sampler;

  constructor(sampler: Sampler) {
    this.#sampler = sampler;
  }

  shouldSample(...asked: Parameters<Sampler['shouldSample']>): SamplingResult {
    const [context, , spanName, spanKind, attributes, links] = asked;
    const link = followedLink(context, links);
    if (link === undefined) return this.#sampler.shouldSample(...asked);
    const traceId = randomTraceId(link);
    const result = this.#sampler.shouldSample(context, traceId, spanName, spanKind, attributes, links);
    return { ...result, traceState: withRandomness(result.traceState, traceId.slice(-14)) };
  }

  toString(): string {
    return `Linked{${this.#sampler.toString()}}`;
  }
}

class FlagSampler implements Sampler {
  readonly #sampler: Sampler;
  readonly #perSecond: number;
  readonly #buckets = new Map<string, TokenBucket>();

  constructor(sampler: Sampler, perSecond: number) {
    this.#sampler = sampler;
    this.#perSecond = perSecond;
  }

  shouldSample(...asked: Parameters<Sampler['shouldSample']>): SamplingResult {
    const [context, , , , attributes, links] = asked;
    const result = this.#sampler.shouldSample(...asked);
    const link = result.decision === recordAndSample ? undefined : followedLink(context, links);
    if (link === undefined || (link.context.traceFlags & TraceFlags.SAMPLED) === 0) return result;
    return this.#bucketOf(attributes).take() ? { ...result, decision: recordAndSample } : result;
  }

  toString(): string {
    return `LinkedByFlag{${this.#sampler.toString()}}`;
  }

  #bucketOf(attributes: Attributes): TokenBucket {
    const destination = String(attributes['messaging.destination.name'] ?? '');
    const key =
      this.#buckets.has(destination) || this.#buckets.size < mostDestinations ? destination : others;
    const bucket = this.#buckets.get(key) ?? new TokenBucket(this.#perSecond, () => performance.now());
    this.#buckets.set(key, bucket);
    return bucket;
  }
}

/** Stands for the destinations without a budget of their own. No destination has this name. */
const others = '\n';

const recordAndSample: Decision = 2;

/** The link that a root span follows: the first one to where a message of a trusted sender was created. */
function followedLink(context: Context, links: readonly Link[] | undefined): Link | undefined {
  const parent = trace.getSpanContext(context);
  if (parent !== undefined && isSpanContextValid(parent)) return undefined;
  return links?.find(
    ({ context: linked, attributes }) =>
      attributes?.['waybill.link.to'] === 'creation' &&
      attributes['waybill.link.untrusted'] !== true &&
      isSpanContextValid(linked),
  );
}

/** A trace id with the random bits that a link brings: all of it is the same for all traces of a journey. */
function randomTraceId({ context, attributes }: Link): string {
  const journeyId = attributes?.['waybill.journey.id'];
  const traceId = typeof journeyId === 'string' && TRACE_ID.test(journeyId) ? journeyId : context.traceId;
  const randomness = explicitRandomness(context.traceState);
  return randomness === undefined ? traceId : `${traceId.slice(0, 18)}${randomness}`;
}

const TRACE_ID = /^(?!0{32})[\da-f]{32}$/;

function checked(
  sampler: Sampler,
  options: LinkSamplerOptions,
): Required<{ follow: 'randomness' | 'flag'; perSecond: number }> {
  if (typeof sampler?.shouldSample !== 'function') {
    throw wrong(
      `sampler: ${String(sampler)} is not a sampler. Write sampleLinked(new TraceIdRatioBasedSampler(0.1)).`,
    );
  }
  if (typeof options !== 'object' || options === null) {
    throw wrong(`options: ${String(options)} are no options. Write { follow: 'flag' }, or leave them out.`);
  }
  const { follow = 'randomness', perSecond = 10 } = options;
  if (follow !== 'randomness' && follow !== 'flag') {
    throw wrong(`follow: ${String(follow)} is unknown. Write 'randomness' or 'flag'.`);
  }
  if (typeof perSecond !== 'number' || !(perSecond > 0)) {
    throw wrong(`perSecond: ${String(perSecond)} is not a number above 0. Write 10.`);
  }
  return { follow, perSecond };
}

function wrong(text: string): TypeError {
  const code = 'WAYBILL_INVALID_OPTION';
  return Object.assign(new TypeError(`sampleLinked: ${text} [${code}]`), { code });
}
