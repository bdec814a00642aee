import { metrics } from '@opentelemetry/api';
import manifest from '../../package.json' with { type: 'json' };
import { reporter as processReporter, type Reporter, safely } from '../diag.ts';
import { expectUnknownMessages } from '../operations/process/received-messages.ts';
import type { QueueRule, WaybillPolicy } from '../policy/policy.ts';
import type { PolicyMistake } from '../policy/policy-mistakes.ts';
import { type PolicyInForce, PolicyResolver } from '../policy/policy-resolver.ts';
import type { PolicyListener, PolicySource } from '../policy/policy-source.ts';
import { validatePolicy } from '../policy/validate-policy.ts';
import { attribute, metric } from '../semantic-conventions/telemetry-names.ts';
import type { WaybillOptions } from './options.ts';
import { invalidConfiguration } from './validate-configuration.ts';

/** The policy in force: that of the application, or, where there is a source, the last one of it that was right. */
export class WatchedPolicy implements PolicyInForce, PolicyListener {
  /** Whether Waybill is switched off for as long as the process runs. */
  readonly isDisabled: boolean;

  current: PolicyResolver;

  readonly #options: WaybillOptions;
  readonly #reporter: Reporter;

  /** @throws {WaybillError} with code `WAYBILL_INVALID_CONFIGURATION` where the first policy of the source is wrong. */
  constructor(options: WaybillOptions, reporter: Reporter) {
    const { policy, policySource } = options;
    this.#options = options;
    this.#reporter = reporter;
    const isOff = isSwitchedOff();
    this.isDisabled = isOff || (policySource === undefined && policy?.enabled === false);
    const first = this.#overDefaults(policySource === undefined ? {} : firstPolicy(policySource));
    this.current = new PolicyResolver(isOff ? { ...first, enabled: false } : first);
    if (!this.current.enabled) expectUnknownMessages();
    if (policySource !== undefined && !isOff) policySource.subscribe(this);
  }

  changed(policy: WaybillPolicy): readonly PolicyMistake[] {
    const mistakes = safely('Reading a new policy', () => this.#adopt(policy));
    if (mistakes?.length === 0) {
      this.#count('applied');
      return mistakes;
    }
    const refused = mistakes ?? [{ path: [], message: 'policy: it cannot be read.' }];
    const { policySource } = this.#options;
    this.#refuse(located(policySource, refused));
    return refused;
  }

  failed(error: unknown): void {
    this.#refuse([safely('Reading an error', () => String(error)) ?? 'it cannot be read']);
  }

  #adopt(policy: WaybillPolicy): readonly PolicyMistake[] {
    const mistakes = validatePolicy(policy);
    // One assignment: whoever looks at the policy sees the old one or the new one.
    if (mistakes.length === 0) this.current = new PolicyResolver(this.#overDefaults(policy));
    if (!this.current.enabled) expectUnknownMessages();
    return mistakes;
  }

  #overDefaults(policy: WaybillPolicy): WaybillPolicy {
    return mergePolicies(this.#options.policy ?? {}, policy);
  }

  #refuse(mistakes: readonly string[]): void {
    this.#reporter.report(
      'WAYBILL_POLICY_REFUSED',
      `A new policy was refused, and the one in force stays:\n  ${mistakes.join('\n  ')}`,
    );
    this.#count('refused');
  }

  #count(result: 'applied' | 'refused'): void {
    safely('Counting a change of the policy', () => {
      const provider = this.#options.meterProvider ?? metrics.getMeterProvider();
      provider
        .getMeter(manifest.name, manifest.version)
        .createCounter(metric.policyChanges, {
          description: 'Policies that took the place of another, or were refused.',
          unit: '{policy}',
        })
        .add(1, { [attribute.policyResult]: result });
    });
  }
}

/** A policy over the defaults of the application: what it says wins, field by field, also within rules of the same name. */
function mergePolicies(defaults: WaybillPolicy, policy: WaybillPolicy): WaybillPolicy {
  const queues: Record<string, QueueRule> = { ...defaults.queues };
  for (const [name, rule] of Object.entries(policy.queues ?? {})) {
    queues[name] = mergeRules(queues[name] ?? {}, rule);
  }
  return { ...mergeRules(defaults, policy), queues };
}

function mergeRules<R extends QueueRule>(defaults: R, rule: R): R {
  const said = Object.entries(rule).filter(([, value]) => value !== undefined);
  const merged: R = { ...defaults, ...Object.fromEntries(said) };
  // A propagator has the headers that it reads, so names of others take its place.
  return rule.accept !== undefined && rule.propagator === undefined
    ? { ...merged, propagator: undefined }
    : merged;
}

function firstPolicy(source: PolicySource): WaybillPolicy {
  const policy = source.current;
  const mistakes = validatePolicy(policy);
  if (mistakes.length > 0) throw invalidConfiguration('createWaybill', located(source, mistakes));
  return policy;
}

/** The texts of mistakes, each with the place where it stands, if the source knows it. */
function located(source: PolicySource | undefined, mistakes: readonly PolicyMistake[]): string[] {
  return mistakes.map(({ path, message }) => {
    const place = safely('Locating a mistake in a policy', () => source?.locate?.(path));
    return place === undefined ? message : `${place}: ${message}`;
  });
}

/** Whether the environment switches Waybill off: by `WAYBILL_DISABLED=true`, in any case, as OpenTelemetry reads switches. */
function isSwitchedOff(): boolean {
  const value = process.env.WAYBILL_DISABLED?.trim().toLowerCase();
  if (value === 'true') return true;
  if (value !== undefined && value !== '' && value !== 'false') {
    processReporter.reportOnce(
      'WAYBILL_UNKNOWN_SWITCH',
      `WAYBILL_DISABLED: ${JSON.stringify(value.slice(0, 40))} is neither true nor false, so Waybill stays on. Write true to switch it off`,
    );
  }
  return false;
}
