import { readFileSync } from 'node:fs';
import type { WaybillPolicy } from '@waybill/core';
import type { LoadPackage } from './load-package.ts';

type Core = typeof import('@waybill/core');

/** What is used of `@waybill/policy-file`, where it is installed. */
interface PolicyFilePackage {
  loadPolicy(path: string): WaybillPolicy;
}

/**
 * The policy in the file that `WAYBILL_POLICY_FILE` names: JSON, or all that `@waybill/policy-file` reads, where that is installed.
 *
 * @returns `undefined` if the variable is not set, or is empty.
 * @throws WaybillError `invalid-configuration` when the file cannot be read or is wrong.
 */
export function policyFromEnvironment(load: LoadPackage): WaybillPolicy | undefined {
  const path = process.env.WAYBILL_POLICY_FILE;
  if (!path) return undefined;
  const policyFile = load('@waybill/policy-file') as PolicyFilePackage | undefined;
  if (policyFile !== undefined) return policyFile.loadPolicy(path);
  const { createWaybill, WaybillError } = load('@waybill/core') as Core;
  try {
    const policy: WaybillPolicy = JSON.parse(readFileSync(path, 'utf8'));
    createWaybill({ policy });
    return policy;
  } catch (cause) {
    const fix =
      cause instanceof SyntaxError
        ? ' Write JSON, such as { "linkAfter": "1m" }. YAML is read if @waybill/policy-file is installed.'
        : '';
    const { message } = cause as Error;
    throw new WaybillError('invalid-configuration', `WAYBILL_POLICY_FILE: ${path}: ${message}${fix}`, {
      cause,
    });
  }
}
