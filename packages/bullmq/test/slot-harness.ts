import type { AdapterHarness } from '@waybill/testing/conformance';
import * as bullmq from 'bullmq';
import { waybillTelemetry } from '../src/index.ts';
import { bullmqHarness, type Tracing } from './harness.ts';

/** Queues and workers have an option, and nothing is wrapped. */
export const slot: Tracing = {
  excused: {
    'a creation context that is in the message already is kept':
      'BullMQ puts what its telemetry gives it in the place of metadata that a job given to `add` has.',
    'headers of others survive':
      'BullMQ puts what its telemetry gives it in the place of metadata that a job given to `add` has.',
    'an error of the handler is recorded, reaches the client, and the message comes again':
      'BullMQ tells its telemetry the message of an error, and not its class.',
    'middleware runs in order, and what it throws is the application’s own error':
      'BullMQ lets its telemetry run nothing around a processor.',
  },
  queue: (client, name, options, waybill) =>
    new client.Queue(name, { ...options, telemetry: waybillTelemetry(waybill) }),
  worker: (client, name, processor, options, waybill) =>
    new client.Worker(name, processor, {
      ...options,
      telemetry: waybillTelemetry(waybill, { worker: true }),
    }),
};

/** BullMQ with the option `telemetry`, for the conformance suite. */
export const harness: AdapterHarness = bullmqHarness(bullmq, 'bullmq-slot', slot);
