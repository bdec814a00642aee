import { context, propagation, ROOT_CONTEXT, SpanKind, type Tracer, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { CompositePropagator, W3CBaggagePropagator, W3CTraceContextPropagator } from '@opentelemetry/core';
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  NoopSpanProcessor,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import { createWaybill } from '@waybill/core';
import { traceConsumer, traceProducer } from '@waybill/kafkajs';
import type { Consumer, ConsumerRunConfig, KafkaMessage, Message, Producer, ProducerRecord } from 'kafkajs';
import { type Comparison, compareHops, type Hop } from './side-by-side.ts';

const propagator = new CompositePropagator({
  propagators: [new W3CTraceContextPropagator(), new W3CBaggagePropagator()],
});
const topic = 'orders';

/** One message sent and handled through a client that does nothing: what tracing adds, beside spans written by hand. */
export async function compareHop(): Promise<Comparison[]> {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  const spanProcessors = [new NoopSpanProcessor()];
  const off = new TracerProvider({ spanProcessors, sampler: new AlwaysOffSampler() });
  const on = new TracerProvider({ spanProcessors, sampler: new AlwaysOnSampler() });
  const baggage = propagation.createBaggage({ 'tenant.id': { value: 'acme' }, 'user.id': { value: '1' } });
  const tenant = propagation.setBaggage(ROOT_CONTEXT, baggage);
  return [
    await compareHops('hop, sampled off', {
      ours: await traced(off),
      theirs: await byHand(off.getTracer('hand')),
    }),
    await compareHops('hop, recorded', {
      ours: await traced(on),
      theirs: await byHand(on.getTracer('hand')),
    }),
    await context.with(tenant, async () =>
      compareHops('hop, recorded, two baggage entries', {
        ours: await traced(on),
        theirs: await byHand(on.getTracer('hand')),
      }),
    ),
  ];
}

async function traced(tracerProvider: TracerProvider): Promise<Hop> {
  const waybill = createWaybill({ tracerProvider });
  const wire = new Wire();
  const producer = traceProducer(wire.producer(), waybill);
  const consumer = traceConsumer(wire.consumer(), waybill);
  await consumer.run({ eachMessage: async () => undefined });
  return () => producer.send({ topic, messages: [{ value: 'one' }] });
}

/** The same spans with the same attributes, as a careful application would write them. */
async function byHand(tracer: Tracer): Promise<Hop> {
  const wire = new Wire();
  const producer = wire.producer();
  await wire.consumer().run({
    async eachMessage({ message, partition }) {
      const headers = Object.fromEntries(
        Object.entries(message.headers ?? {}).map(([name, value]) => [name, String(value)]),
      );
      const extracted = propagator.extract(ROOT_CONTEXT, headers, getter);
      const span = tracer.startSpan(
        `process ${topic}`,
        {
          kind: SpanKind.CONSUMER,
          attributes: { ...attributes('process'), ...received(message, partition) },
        },
        extracted,
      );
      await context.with(trace.setSpan(extracted, span), async () => undefined);
      span.end();
    },
  });
  return async () => {
    const span = tracer.startSpan(`send ${topic}`, {
      kind: SpanKind.PRODUCER,
      attributes: attributes('send'),
    });
    const active = trace.setSpan(context.active(), span);
    const headers: Record<string, string> = {};
    propagator.inject(active, headers, setter);
    await context.with(active, () => producer.send({ topic, messages: [{ value: 'one', headers }] }));
    span.end();
  };
}

const getter = {
  keys: (carrier: Record<string, string>) => Object.keys(carrier),
  get: (carrier: Record<string, string>, name: string) => carrier[name],
};

const setter = {
  set(carrier: Record<string, string>, name: string, value: string) {
    carrier[name] = value;
  },
};

function attributes(operation: string): Record<string, string> {
  return { system: 'kafka', 'system.name': 'kafka', operation, type: operation, topic, journey: topic };
}

function received(message: KafkaMessage, partition: number): Record<string, string | number> {
  return {
    offset: Number(message.offset),
    partition: String(partition),
    relation: 'parent',
    reason: 'fresh',
    age: 0.1,
    source: 'header',
  };
}

/** kafkajs without a network: what is sent is handled at once, with its headers as the buffers they would arrive as. */
class Wire {
  #handle: ConsumerRunConfig['eachMessage'];

  producer(): Producer {
    const send = async ({ messages }: ProducerRecord): Promise<never[]> => {
      for (const message of messages) await this.#deliver(message);
      return [];
    };
    return { send, sendBatch: send, transaction: async () => undefined } as unknown as Producer;
  }

  consumer(): Consumer {
    const run = async (config?: ConsumerRunConfig): Promise<void> => {
      this.#handle = config?.eachMessage;
    };
    return { run, on: () => undefined, events: { GROUP_JOIN: 'join' } } as unknown as Consumer;
  }

  async #deliver({ headers = {}, value }: Message): Promise<void> {
    const message = {
      key: null,
      value: Buffer.from(String(value)),
      timestamp: String(Date.now()),
      attributes: 0,
      offset: '1',
      headers: Object.fromEntries(
        Object.entries(headers).map(([name, text]) => [name, Buffer.from(String(text))]),
      ),
    };
    const pause = () => () => undefined;
    await this.#handle?.({ topic, partition: 0, message, heartbeat: async () => undefined, pause });
  }
}
