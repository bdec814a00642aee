import { AmqplibInstrumentation } from '@opentelemetry/instrumentation-amqplib';
import { traceChannel } from '@waybill/amqplib';
import type { Channel } from 'amqplib';
import type { Step } from '../../measure/slices.ts';
import type { Contenders, Traffic } from '../contenders.ts';
import { floorOf } from '../floor-of.ts';
import { TRACE_ID } from '../sender.ts';
import { waybillOf } from '../waybill-of.ts';
import { type ChannelClasses, channelClasses, openChannel } from './amqp-wire.ts';
import { processAttributes, sendAttributes } from './attributes.ts';
import { handWrittenHandler, handWrittenSend } from './hand-written.ts';

/** amqplib: `sendToQueue`, and a handler that acknowledges. */
export const amqplib: Contenders = {
  name: 'amqplib',
  sends: 'publish',

  async bare(traffic) {
    return start(openChannel(), traffic);
  },

  async floor() {
    return floorOf(
      'publish orders',
      () => sendAttributes('orders'),
      () => processAttributes('orders', 1, TRACE_ID, 0.001),
    );
  },

  async handWritten(traffic) {
    const channel = openChannel();
    return start(channel, traffic, handWrittenSend(channel), handWrittenHandler);
  },

  async contrib(traffic) {
    const { Channel, ConfirmChannel } = channelClasses;
    const patched = { Channel: class extends Channel {}, ConfirmChannel: class extends ConfirmChannel {} };
    new PatchingInstrumentation().patch(patched);
    return start(openChannel(patched), traffic);
  },

  async waybill(traffic, setup) {
    return start(traceChannel(openChannel(), waybillOf(setup)), traffic);
  },
};

/** Patches what it is given, as it does modules when they load. */
class PatchingInstrumentation extends AmqplibInstrumentation {
  constructor() {
    super({ enabled: false });
  }

  patch(classes: ChannelClasses): void {
    const [definition] = [this.init()].flat();
    definition?.files[0]?.patch(classes, '2.3.1');
  }
}

async function start(
  channel: Channel,
  { queues = 1 }: Traffic,
  send: Channel['sendToQueue'] = (...message) => channel.sendToQueue(...message),
  wrap: typeof handWrittenHandler = (_queue, handler) => (message) => message && handler(message),
): Promise<Step> {
  const names = Array.from({ length: queues }, (_, index) => (index === 0 ? 'orders' : `orders-${index}`));
  for (const name of names)
    await channel.consume(
      name,
      wrap(name, (message) => channel.ack(message)),
    );
  const content = Buffer.from('one');
  let turn = 0;
  return () => {
    send(names[turn++ % queues] ?? '', content);
  };
}
