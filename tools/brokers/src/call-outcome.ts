/** What a call came to, for tests that compare two clients: an error told by all that an application can tell it by. */
export async function callOutcome(call: () => unknown): Promise<unknown> {
  let promise: unknown;
  try {
    promise = call();
  } catch (error) {
    return { thrown: describeError(error) };
  }
  try {
    return { resolved: await promise };
  } catch (error) {
    return { rejected: describeError(error) };
  }
}

/** What clients add to their errors that is the same each time. */
const telling = ['type', 'code', 'retriable', 'classId', 'methodId'] as const;

/** An error as an application tells it from others. What is thrown and is none stays as it is. */
export function describeError(error: unknown): unknown {
  // Not by class: test runners have another Error, and some clients inherit from it without making one.
  if (typeof error !== 'object' || error === null || !('stack' in error)) return error;
  const { name, message, cause } = error as unknown as Error;
  return {
    class: error.constructor.name,
    name,
    message,
    ...Object.fromEntries(telling.map((field) => [field, Reflect.get(error, field)])),
    cause: cause === undefined ? undefined : describeError(cause),
  };
}
