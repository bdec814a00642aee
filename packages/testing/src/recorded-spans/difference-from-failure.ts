import { attribute } from '@waybill/core/adapter';
import type { RecordedSpan } from './recorded-span.ts';

/** Says what a span has instead of an error of this type, and of this message if there is one; `undefined` where it has it. */
export function differenceFromFailure(
  span: RecordedSpan,
  errorType: string,
  message: string | undefined,
): string | undefined {
  if (span.status !== 'ERROR') return 'it did not fail';
  const exceptions = span.events
    .filter(({ name }) => name === 'exception')
    .map(({ attributes }) => attributes);
  const types = [
    span.attributes[attribute.errorType],
    ...exceptions.map((exception) => exception['exception.type']),
  ].filter((type) => type !== undefined);
  const messages = [
    span.statusMessage,
    ...exceptions.map((exception) => exception['exception.message']),
  ].filter((text) => text !== undefined);

  if (!types.includes(errorType)) return `it failed with ${types[0] ?? 'an error without a type'}`;
  if (message !== undefined && !messages.includes(message)) {
    return `its error says ${JSON.stringify(messages[0]) ?? 'nothing'}`;
  }
  return undefined;
}
