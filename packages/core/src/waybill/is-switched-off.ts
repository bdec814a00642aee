import { reporter } from '../diag.ts';

/** Whether the environment switches Waybill off: by `WAYBILL_DISABLED=true`, in any case, as OpenTelemetry reads switches. */
export function isSwitchedOff(
  environment: Readonly<Record<string, string | undefined>> = process.env,
): boolean {
  const value = environment.WAYBILL_DISABLED?.trim().toLowerCase();
  if (value === 'true') return true;
  if (value !== undefined && value !== '' && value !== 'false') {
    reporter.reportOnce(
      'policy',
      `WAYBILL_DISABLED: ${JSON.stringify(value.slice(0, 40))} is neither true nor false, so Waybill stays on. Write true to switch it off`,
    );
  }
  return false;
}
