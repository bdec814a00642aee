export type { BatchBuffer } from './batch-buffer.ts';
export type { Captured } from './captured.ts';
export { createHandoff } from './create-handoff.ts';
export type { Envelope } from './envelope.ts';
export type { Handoff } from './handoff.ts';
export type { TimedHandoff } from './timers.ts';
