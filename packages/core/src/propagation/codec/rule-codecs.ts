import type { TextMapPropagator } from '@opentelemetry/api';
import type { MemoryBudget } from '../../ground/memory-budget.ts';
import type { ResolvedRule } from '../../policy/resolved-rule.ts';
import { acceptingCodec } from './accepting-codec.ts';
import type { ContextCodec } from './context-codec.ts';
import { propagatorCodec } from './propagator-codec.ts';
import { w3cCodec } from './w3c-codec.ts';

/** Finds the codec for a rule. Rules that say nothing of their own share one. */
export class RuleCodecs {
  readonly #w3c: ContextCodec;
  readonly #default: ContextCodec;
  readonly #byRule = new WeakMap<ResolvedRule, ContextCodec>();

  /** @param propagator that of `createWaybill`. */
  constructor(budget: MemoryBudget, propagator: TextMapPropagator | undefined) {
    this.#w3c = w3cCodec(budget);
    this.#default = propagator === undefined ? this.#w3c : propagatorCodec(propagator);
  }

  of(rule: ResolvedRule): ContextCodec {
    const { accept, propagator } = rule;
    if (accept === undefined && propagator === undefined) return this.#default;
    let codec = this.#byRule.get(rule);
    if (codec === undefined) {
      codec =
        propagator === undefined ? acceptingCodec(this.#w3c, accept ?? []) : propagatorCodec(propagator);
      this.#byRule.set(rule, codec);
    }
    return codec;
  }
}
