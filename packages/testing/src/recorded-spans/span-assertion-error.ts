/** A failed assertion about recorded spans. Its message ends with the tree of all spans that were recorded. */
export class SpanAssertionError extends Error {
  override readonly name = 'SpanAssertionError';
}
