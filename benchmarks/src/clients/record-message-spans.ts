import { type Attributes, context } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import type { StandInClient } from './client.ts';
import type { MessageSpans } from './message-spans.ts';
import { loadPackages } from './packages.ts';

/**
 * Records what Waybill writes for one message, so that the variants it is compared with write the same. To be called before the
 * process has a context manager.
 */
export async function recordMessageSpans(client: StandInClient): Promise<MessageSpans> {
  const exporter = new InMemorySpanExporter();
  const tracerProvider = new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] });
  const packages = await loadPackages();
  const waybill = packages.core.createWaybill({ tracerProvider });
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  const step = await client.openStandIn({ by: 'waybill', waybill, packages }, {});
  await step();
  context.disable();
  const attributesOf = (type: string): Attributes => {
    const spans = exporter.getFinishedSpans();
    const span = spans.find(({ attributes }) => attributes['messaging.operation.type'] === type);
    if (span === undefined) throw new Error(`Waybill makes no ${type} span for a message of ${client.name}.`);
    return span.attributes;
  };
  return { publish: client.sends === false ? {} : attributesOf('send'), process: attributesOf('process') };
}
