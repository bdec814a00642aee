import { misuseDetectorOf, type Waybill, WaybillError, wrongUse } from '@waybill/core/adapter';

/**
 * Fails where mistakes with contexts were made since the last call: a capture on the wrong side, a span that was started before its
 * context was attached, a context that is still attached after its work has ended, a message under two instrumentations, a bound
 * callback that never ran, a trace that grows without end.
 *
 * @param waybill made with `createWaybill({ diagnose: true })`.
 * @throws {WaybillError} that names each with its place, its fix and its code; or that the Waybill looks for none.
 *
 * @example
 * afterEach(() => expectNoLeaks(waybill));
 */
export function expectNoLeaks(waybill: Waybill): void {
  if (typeof waybill !== 'object' || waybill === null || !(misuseDetectorOf in waybill)) {
    throw wrongUse(
      'WAYBILL_NOT_A_WAYBILL',
      'expectNoLeaks',
      waybill,
      'is not a Waybill. Pass what createWaybill() gives.',
    );
  }
  const detector = waybill[misuseDetectorOf];
  if (detector === undefined) {
    throw new WaybillError(
      'WAYBILL_TESTING_NOT_DIAGNOSED',
      'expectNoLeaks: this Waybill looks for no mistakes. Make it with createWaybill({ diagnose: true }).',
    );
  }
  const found = new Map(detector.takeDiagnostics().map(({ code, message }) => [message, code]));
  if (found.size === 0) return;
  const lines = [...found].map(([message, code]) => `- ${message} [${code}]`);
  throw new WaybillError(
    'WAYBILL_TESTING_LEAKS',
    `Mistakes with contexts:\n${lines.join('\n')}\nMend each at its place.`,
  );
}
