import { WaybillError, wrongUse } from '@waybill/core/adapter';

/** Options of `waybillTelemetry`. */
export interface TelemetryOptions {
  /**
   * Whether only workers use the object. A worker that takes a run of a schedule adds the next one, and BullMQ's telemetry cannot tell that
   * from an `add` of the application. `true`: such an `add` has no span. `false`: it has a span that is a root. Default `false`.
   */
  readonly worker?: boolean | undefined;

  /**
   * Whether the other operations that BullMQ traces have spans, too: pausing, draining, cleaning and closing, moving jobs, and the internal
   * work of workers. Default `false`.
   */
  readonly commands?: boolean | undefined;
}

const names: readonly string[] = ['worker', 'commands'];

/**
 * Checks the options.
 *
 * @param by the function that the application called.
 * @throws WaybillError `WAYBILL_INVALID_OPTION`.
 */
export function checkOptions(by: string, options: TelemetryOptions): TelemetryOptions {
  if (typeof options !== 'object' || options === null) {
    throw wrongUse(code, by, options, 'is no options. Write { worker: true }, or leave them out.');
  }
  for (const [name, value] of Object.entries(options)) {
    if (!names.includes(name)) {
      const fix = `Leave it out, or write ${names.join(' or ')}.`;
      throw new WaybillError(code, `${by}: ${name}: there is no such option. ${fix}`);
    }
    if (value !== undefined && typeof value !== 'boolean') {
      throw wrongUse(code, `${by}: ${name}`, value, 'is not a boolean. Write true, or leave it out.');
    }
  }
  return options;
}

const code = 'WAYBILL_INVALID_OPTION';
