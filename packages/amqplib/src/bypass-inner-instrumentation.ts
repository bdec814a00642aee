import { createContextKey } from '@opentelemetry/api';
import { activeContext, runIn } from '@waybill/core/adapter';
import type { AmqpChannel } from './amqp-channel.ts';

/** By this the automatic instrumentation of amqplib knows that it has a span for a publish already. */
const traced = createContextKey('opentelemetry.amqplib.channel.is-confirm-channel');

/**
 * Keeps the automatic instrumentation from tracing what a channel with confirms publishes by the method of channels without,
 * which it has wrapped as well.
 *
 * @param publish the channel's own method.
 */
export function withoutInnerInstrumentation(
  channel: AmqpChannel,
  publish: AmqpChannel['publish'] & CallableFunction,
): AmqpChannel['publish'] & CallableFunction {
  const inner = Object.getPrototypeOf(Object.getPrototypeOf(channel)) as Partial<AmqpChannel> | null;
  const innerPublish = inner?.publish as { readonly __wrapped?: unknown } | undefined;
  if (innerPublish?.__wrapped !== true) return publish;
  return (...args) => runIn(activeContext().setValue(traced, true), () => publish.call(channel, ...args));
}
