import { type Context, createContextKey } from '@opentelemetry/api';
import type { Relation } from '../policy/policy.ts';

const key = createContextKey('waybill.wish');

/** The relation that a sender asks of the consumers of what it publishes in this context. */
export function wishOf(context: Context): Relation | undefined {
  return context.getValue(key) as Relation | undefined;
}

/** A context in which what is published asks for a relation. */
export function withWish(context: Context, wish: Relation): Context {
  return context.setValue(key, wish);
}

/** A context that knows of no wish. */
export function withoutWish(context: Context): Context {
  return context.deleteValue(key);
}
