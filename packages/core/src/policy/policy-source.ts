import type { WaybillPolicy } from './policy.ts';
import type { PolicyMistake } from './policy-mistakes.ts';

/**
 * Where a policy comes from that changes while the process runs: a file that is watched, a feature flag service, OpAMP. It goes into
 * `createWaybill({ policySource })`.
 *
 * @example
 * class FlagPolicy implements PolicySource {
 *   #client: FlagClient;
 *   constructor(client: FlagClient) {
 *     this.#client = client;
 *   }
 *   get current(): WaybillPolicy {
 *     return this.#client.json('waybill-policy', {});
 *   }
 *   subscribe(listener: PolicyListener): () => void {
 *     return this.#client.onChange('waybill-policy', () => listener.changed(this.current));
 *   }
 * }
 */
export interface PolicySource {
  /** The policy to begin with. Read once, when Waybill is created, which throws where it is wrong. */
  readonly current: WaybillPolicy;

  /**
   * Begins to tell a listener of each new policy. Called once, when Waybill is created.
   *
   * @returns what ends it. Waybill keeps listening for as long as it lives, and never calls it; it is for the source's own tests.
   */
  subscribe(listener: PolicyListener): () => void;

  /**
   * Says where something stands, such as `waybill.policy.yaml:12:5`, for the text of a mistake to begin with it.
   *
   * @param path the keys that lead to it: `['queues', 'orders', 'relation']`.
   */
  locate?(path: readonly string[]): string | undefined;
}

/** What a {@link PolicySource} tells of its changes. */
export interface PolicyListener {
  /**
   * Puts another policy in the place of the one in force, as a whole: a message goes by one of them from start to end. One that is wrong is
   * refused, and the one in force stays. It never throws.
   *
   * @returns what is wrong with it; empty where it is in force now.
   */
  changed(policy: WaybillPolicy): readonly PolicyMistake[];

  /** Reports that a new policy could not be read. The one in force stays. It never throws. */
  failed(error: unknown): void;
}
