import { isDeepStrictEqual } from 'node:util';
import type { PolicyListener, PolicySource, WaybillPolicy } from '@waybill/core';
import { checkFile } from './check-policy-file.ts';
import { policyFileError } from './load-policy.ts';
import { type ReadText, readText } from './read-text.ts';
import { assertOptions } from './validate-options.ts';

/** Which file a policy is read from, and how often. Everything may be left out. */
export interface PolicyFromFileOptions {
  /**
   * Where the file is, from the working directory. Default: what `WAYBILL_POLICY_FILE` names, else what `OTEL_CONFIG_FILE` names; where
   * neither is set, no file is read.
   */
  readonly path?: string | undefined;

  /** Whether the file is read again whenever it changes. Default `false`. */
  readonly watch?: boolean | undefined;

  /** How often changes are looked for, in ms, a whole number from 10. Default 5,000. */
  readonly watchInterval?: number | undefined;
}

/**
 * Reads the policy from a file, for `createWaybill({ policySource })`. What the file says wins over `createWaybill({ policy })`, field by field,
 * also within rules of the same name.
 *
 * With `watch`, a file that changes is read again. One that is wrong is refused: the last good policy stays, all mistakes are told in one
 * warning through `diag`, and `waybill.policy.changes` counts it as `refused`. Exchange the file by renaming another one to its name, as
 * Kubernetes does with a ConfigMap, so that it is never read while it is half written. Watching keeps no process alive.
 *
 * @throws {WaybillError} with code `WAYBILL_INVALID_OPTION` where an option is wrong, `WAYBILL_INVALID_POLICY_FILE` where the file cannot be read or is wrong: all mistakes at once,
 * each with its line, its column, its value and the fix.
 *
 * @example
 * const waybill = createWaybill({
 *   policy: { linkAfter: '5m' },
 *   policySource: policyFromFile({ path: '/etc/orders/waybill.policy.yaml', watch: true }),
 * });
 */
export function policyFromFile(options: PolicyFromFileOptions = {}): PolicySource {
  assertOptions(options);
  const named =
    options.path === undefined ? namedByEnvironment() : { path: options.path, isConfiguration: false };
  if (named === undefined) return { current: {}, subscribe: () => () => undefined };
  const { path, isConfiguration } = named;
  const read = (): WaybillPolicy => {
    const checked = checkFile(path, isConfiguration);
    if (checked.mistakes.length > 0) throw policyFileError(path, checked);
    return checked.policy ?? {};
  };
  const current = read();
  return {
    current,
    subscribe: (listener) =>
      options.watch ? follow(path, read, current, options.watchInterval ?? 5_000, listener) : () => undefined,
  };
}

interface NamedFile {
  readonly path: string;

  /** Whether it is a configuration of OpenTelemetry. */
  readonly isConfiguration: boolean;
}

/** The file that environment variables name. An empty one counts as not set, as OpenTelemetry has it. */
function namedByEnvironment(): NamedFile | undefined {
  const { WAYBILL_POLICY_FILE: ours, OTEL_CONFIG_FILE: theirs } = process.env;
  if (ours) return { path: ours, isConfiguration: false };
  return theirs ? { path: theirs, isConfiguration: true } : undefined;
}

/**
 * Tells a listener of each version of a file that differs from the one before. Its content is looked at: the events of a directory and the
 * times of a file do not tell of every change, least of all where the path is a symbolic link, as in a volume of Kubernetes.
 */
function follow(
  path: string,
  read: () => WaybillPolicy,
  first: WaybillPolicy,
  interval: number,
  listener: PolicyListener,
): () => void {
  let last: WaybillPolicy | string = first;
  let seen: ReadText | undefined;
  const look = (): void => {
    const content = readText(path);
    if (isDeepStrictEqual(content, seen)) return;
    seen = content;
    let next: WaybillPolicy | string;
    try {
      next = read();
    } catch (error) {
      next = error instanceof Error ? error.message : String(error);
    }
    if (isDeepStrictEqual(next, last)) return;
    last = next;
    if (typeof next === 'string') listener.failed(next);
    else listener.changed(next);
  };
  const timer = setInterval(look, interval).unref();
  return () => clearInterval(timer);
}
