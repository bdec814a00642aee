/** What a {@link MemoryBroker} answers to a call that it refuses. */
export class MemoryBrokerError extends Error {
  override readonly name = 'MemoryBrokerError';
}
