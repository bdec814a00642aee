import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Channel, MessageProperties, MessagePropertyHeaders, Options } from 'amqplib';

/** The classes of the API with promises. */
export interface ChannelClasses {
  readonly Channel: new (
    connection: object,
  ) => Channel & { allocate(): unknown; accept(frame: object): void };
}

const require = createRequire(import.meta.url);
const library = join(dirname(require.resolve('amqplib')), 'lib');
const { BasicConsume, BasicConsumeOk }: Record<string, number> = require(join(library, 'defs.js'));

/** Where amqplib's own classes are. */
export const channelModule: string = join(library, 'channel_model.js');

/** They as they are, without an instrumentation. */
export const bareClasses: ChannelClasses = require(channelModule);

/**
 * A channel of amqplib on a connection without a network: what is published is delivered to the consumer of its queue before
 * `publish` returns. Nothing is encoded, and there are no confirms.
 */
export function openChannel({ Channel }: ChannelClasses): Channel {
  let tag = 0;
  const consumers = new Map<string, string>();
  const connection = {
    serverProperties: {},
    freshChannel: () => 1,
    sendMethod(_channel: number, method: number, { queue }: { queue: string }) {
      if (method !== BasicConsume) return;
      consumers.set(queue, `worker-${queue}`);
      channel.accept({ id: BasicConsumeOk, fields: { consumerTag: `worker-${queue}` } });
    },
    sendMessage(
      _channel: number,
      _method: number,
      { routingKey, exchange }: { routingKey: string; exchange: string },
      _properties: number,
      properties: Options.Publish,
      content: Buffer,
    ) {
      const consumerTag = consumers.get(routingKey);
      if (consumerTag === undefined) return true;
      tag += 1;
      // amqplib hands over headers that inherit those of the caller.
      const headers: MessagePropertyHeaders = { ...Object.getPrototypeOf(properties.headers) };
      channel.emit('delivery', {
        fields: { consumerTag, deliveryTag: tag, redelivered: false, exchange, routingKey },
        properties: { ...properties, headers } as MessageProperties,
        content,
      });
      return true;
    },
  };
  const channel = new Channel(connection);
  channel.allocate();
  return channel;
}
