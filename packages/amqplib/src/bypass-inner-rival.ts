import { context, createContextKey } from '@opentelemetry/api';
import { overrideMethod } from '@waybill/core/adapter';
import type { AmqpChannel } from './amqp-channel.ts';

/** By this the automatic instrumentation of amqplib knows that it has a span for a publish already. */
const traced = createContextKey('opentelemetry.amqplib.channel.is-confirm-channel');

/**
 * Keeps the automatic instrumentation from tracing what a channel with confirms publishes by the method of channels without,
 * which it has wrapped as well.
 */
export function bypassInnerRival(channel: AmqpChannel): void {
  const inner = Object.getPrototypeOf(Object.getPrototypeOf(channel)) as Partial<AmqpChannel> | null;
  const publish = inner?.publish as { readonly __wrapped?: unknown } | undefined;
  if (publish?.__wrapped !== true) return;
  overrideMethod(
    channel,
    'publish',
    (original) =>
      (...args) =>
        context.with(context.active().setValue(traced, true), () => original.call(channel, ...args)),
  );
}
