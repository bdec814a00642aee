import type { WaybillPolicy } from '@waybill/core';
import { type CheckedPolicyFile, checkPolicyFile, type PolicyFileMistake } from '@waybill/policy-file';

/** A file that was read, and what is wrong with it. */
export interface ReadPolicy {
  readonly file: string;

  /** `undefined` where there are mistakes. */
  readonly policy: WaybillPolicy | undefined;
  readonly mistakes: readonly PolicyFileMistake[];

  /** Where something of the policy stands: `waybill.policy.yaml:12:3`. */
  readonly placeOf: (path: readonly string[]) => string;
}

/** Reads the policy in a file. Here one of OpenTelemetry's without a policy is a mistake: a policy was asked for. */
export function readPolicy(file: string): ReadPolicy {
  const { policy, mistakes, placeOf }: CheckedPolicyFile = checkPolicyFile(file);
  const isWithout = policy === undefined && mistakes.length === 0;
  return {
    file,
    policy,
    mistakes: isWithout ? [withoutPolicy] : mistakes,
    placeOf: (path) => {
      const { line, column } = placeOf(path);
      return `${file}:${line}:${column}`;
    },
  };
}

const withoutPolicy: PolicyFileMistake = {
  line: undefined,
  column: undefined,
  message:
    'it is a configuration of OpenTelemetry, and there is no policy in it. Write it under instrumentation/development: js: waybill: policy:.',
};

/** A mistake in a line of its own, as compilers write it. */
export function describeMistake(file: string, { line, column, message }: PolicyFileMistake): string {
  return line === undefined ? `${file}: ${message}` : `${file}:${line}:${column}: ${message}`;
}
