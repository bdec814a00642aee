// The SDK registers with one version of the API, and Waybill imports another.
import { createWaybill } from '@waybill/core';
import { MemoryBroker, traceMemoryBroker } from '@waybill/testing';
import { trace } from 'older-api';

trace.setGlobalTracerProvider({ getTracer: () => trace.wrapSpanContext });
await traceMemoryBroker(new MemoryBroker(), createWaybill()).publish('orders', { body: 'one chair' });
