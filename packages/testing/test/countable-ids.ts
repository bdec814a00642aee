/** Ids that a test can know beforehand: the first trace is `0…01`, and so is the first span. */
export function countableIds(): { generateTraceId(): string; generateSpanId(): string } {
  let traces = 0;
  let spans = 0;
  return {
    generateTraceId: () => (++traces).toString(16).padStart(32, '0'),
    generateSpanId: () => (++spans).toString(16).padStart(16, '0'),
  };
}
