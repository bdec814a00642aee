/** Whether these are options as BullMQ takes them: an object, or none. Anything else is for BullMQ to judge. */
export function areOptions(value: unknown): boolean {
  return value === undefined || value === null || typeof value === 'object';
}
