/** The kinds of faults that a case may show. */
export const faultKinds = [
  'thrown',
  'unhandled rejection',
  'handler missed',
  'result changed',
  'input changed',
  'invalid header',
  'baggage leaked',
  'context leaked',
  'span not ended',
  'message not sent',
  'slow',
  'miscounted',
] as const;
export type FaultKind = (typeof faultKinds)[number];

/** Something wrong, in words. */
export interface Fault {
  readonly kind: FaultKind;
  readonly text: string;
}
