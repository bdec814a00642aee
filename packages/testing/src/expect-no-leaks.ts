import { misuseDetectorOf, type Waybill } from '@waybill/core/adapter';

/**
 * Fails where mistakes with contexts were made since the last call: a capture on the wrong side, a span that was started before its
 * context was attached, a context that is still attached after its work has ended, a message under two instrumentations, a bound
 * callback that never ran, a trace that grows without end.
 *
 * @param waybill made with `createWaybill({ diagnose: true })`.
 * @throws an error that names each with its place and its fix; or that the Waybill looks for none.
 *
 * @example
 * afterEach(() => expectNoLeaks(waybill));
 */
export function expectNoLeaks(waybill: Waybill): void {
  const detector = waybill[misuseDetectorOf];
  if (detector === undefined) {
    throw new Error(
      'expectNoLeaks: this Waybill looks for no mistakes. Make it with createWaybill({ diagnose: true }).',
    );
  }
  const messages = new Set(detector.takeDiagnostics().map(({ message }) => message));
  if (messages.size === 0) return;
  throw new Error(`Mistakes with contexts:\n${[...messages].map((message) => `- ${message}`).join('\n')}`);
}
