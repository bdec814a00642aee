import { expect, it } from '@jest/globals';
import { trace } from '@opentelemetry/api';
import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { enterMode } from '../mode.ts';
import { amqplib } from './amqplib/amqplib.ts';
import { bullmq } from './bullmq/bullmq.ts';
import type { Contenders } from './contenders.ts';
import { kafkajs } from './kafkajs/kafkajs.ts';
import { sqs } from './sqs/sqs.ts';

const exporter = new InMemorySpanExporter();
enterMode({ tracing: 'recorded' });
trace.disable();
trace.setGlobalTracerProvider(
  new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] }),
);

/** The names of the spans of one step, with the names of their attributes. */
async function spansOf(contenders: Contenders, as: 'floor' | 'handWritten' | 'waybill') {
  const step = await contenders[as]({});
  exporter.reset();
  await step();
  const spans = exporter.getFinishedSpans();
  return Object.fromEntries(
    spans.map(({ name, kind, attributes }) => [`${kind} ${name}`, Object.keys(attributes).sort()]),
  );
}

it.each([kafkajs, sqs, amqplib, bullmq])(
  'the spans that $name is compared with have the attributes that ours have',
  async (contenders) => {
    const ours = await spansOf(contenders, 'waybill');

    expect(Object.keys(ours).sort()).toEqual([`3 ${contenders.sends} orders`, '4 process orders']);
    expect(await spansOf(contenders, 'handWritten')).toEqual(ours);
    expect(await spansOf(contenders, 'floor')).toEqual(ours);
  },
);

it.each([kafkajs, sqs, amqplib, bullmq])('the client alone of $name makes none', async (contenders) => {
  const step = await contenders.bare({});
  exporter.reset();
  await step();

  expect(exporter.getFinishedSpans()).toEqual([]);
});
