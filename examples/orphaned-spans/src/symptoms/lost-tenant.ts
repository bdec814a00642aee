import { propagation, trace } from '@opentelemetry/api';
import type { Symptom } from '../symptom.ts';

/** The trace is whole, and the tenant is missing in a part of it. */
export const lostTenant: Symptom = {
  name: 'a lost tenant',

  broken({ handoff, request, enqueue }) {
    request('acme', () => {
      const { traceparent = '' } = handoff.capture();
      enqueue(() => handoff.run('invoice', { traceparent }, noteTenant));
    });
  },

  mended({ handoff, request, enqueue }) {
    request('acme', () => {
      const captured = handoff.capture();
      enqueue(() => handoff.run('invoice', captured, noteTenant));
    });
  },
};

function noteTenant(): void {
  const tenant = propagation.getActiveBaggage()?.getEntry('tenant.id')?.value ?? 'unknown';
  trace.getActiveSpan()?.setAttribute('tenant.id', tenant);
}
