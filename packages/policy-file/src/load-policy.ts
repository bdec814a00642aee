import { WaybillError, type WaybillPolicy } from '@waybill/core';
import { type CheckedPolicyFile, checkPolicyFile } from './check-policy-file.ts';

/**
 * Reads a policy from a file once.
 *
 * @param path where the file is, from the working directory. It is YAML or JSON, as {@link checkPolicyFile} reads it.
 * @returns the policy; an empty one where the file is a configuration of OpenTelemetry that says nothing of Waybill.
 * @throws {WaybillError} with code `WAYBILL_INVALID_POLICY_FILE` where the file cannot be read or is wrong: all mistakes at once, each with its line, its
 * column, its value and the fix.
 *
 * @example
 * const waybill = createWaybill({ policy: loadPolicy('waybill.policy.yaml') });
 */
export function loadPolicy(path: string): WaybillPolicy {
  const checked = checkPolicyFile(path);
  if (checked.mistakes.length > 0) throw policyFileError(path, checked);
  return checked.policy ?? {};
}

/** The error for a file with mistakes. Its text has each in a line of its own, as compilers write them. */
export function policyFileError(path: string, { mistakes }: CheckedPolicyFile): WaybillError {
  const count = mistakes.length === 1 ? 'a mistake' : `${mistakes.length} mistakes`;
  const lines = mistakes.map(({ line, column, message }) =>
    line === undefined ? `${path}: ${message}` : `${path}:${line}:${column}: ${message}`,
  );
  return new WaybillError(
    'WAYBILL_INVALID_POLICY_FILE',
    `The policy file has ${count}\n  ${lines.join('\n  ')}`,
  );
}
