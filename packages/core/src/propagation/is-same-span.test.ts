import { expect, it } from '@jest/globals';
import { spanId, traceId } from '../../test/fake-messages.ts';
import { isSameSpan } from './is-same-span.ts';

it('takes both ids for one span', () => {
  const span = { traceId, spanId, traceFlags: 1 };

  expect(isSameSpan(span, { ...span, traceFlags: 0 })).toBe(true);
  expect(isSameSpan(span, { ...span, spanId: 'f'.repeat(16) })).toBe(false);
  expect(isSameSpan(span, { ...span, traceId: 'f'.repeat(32) })).toBe(false);
});
