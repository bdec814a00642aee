import { readFileSync } from 'node:fs';
import type { WaybillOptions, WaybillPolicy } from '@waybill/core';
import type { LoadPackage } from './load-package.ts';

type Core = typeof import('@waybill/core');
type PolicyFile = typeof import('@waybill/policy-file');

/**
 * The policy that the environment names, for `createWaybill`: with `@waybill/policy-file` what `policyFromFile` finds, watched; without it, JSON in
 * the file that `WAYBILL_POLICY_FILE` names. No package is loaded where no variable names a file.
 *
 * @throws WaybillError `WAYBILL_INVALID_POLICY_FILE` when the file cannot be read or is wrong.
 */
export function policyFromEnvironment(load: LoadPackage): Pick<WaybillOptions, 'policy' | 'policySource'> {
  const { WAYBILL_POLICY_FILE: path, OTEL_CONFIG_FILE } = process.env;
  if (!path && !OTEL_CONFIG_FILE) return {};
  const policyFile = load('@waybill/policy-file') as PolicyFile | undefined;
  if (policyFile !== undefined) return { policySource: policyFile.policyFromFile({ watch: true }) };
  return path ? { policy: readJson(path, load('@waybill/core') as Core) } : {};
}

function readJson(path: string, { createWaybill, WaybillError }: Core): WaybillPolicy {
  try {
    const policy: WaybillPolicy = JSON.parse(readFileSync(path, 'utf8'));
    // Checks it now: Waybill is made with the first client.
    createWaybill({ policy });
    return policy;
  } catch (cause) {
    const fix =
      cause instanceof SyntaxError
        ? ' Write JSON, such as { "linkAfter": "1m" }, or install @waybill/policy-file, which reads YAML, too.'
        : '';
    const { message } = cause as Error;
    throw new WaybillError('WAYBILL_INVALID_POLICY_FILE', `WAYBILL_POLICY_FILE: ${path}: ${message}${fix}`, {
      cause,
    });
  }
}
