import { context, propagation, SpanKind, trace } from '@opentelemetry/api';
import type { Symptom } from '../symptom.ts';

/** Every message has two process spans, or one that is somebody else's. */
export const doubleSpan: Symptom = {
  name: 'a doubled span',

  broken({ tracer, handoff, request }) {
    request('acme', () => {
      const envelope = handoff.envelope('order');
      const theirs = tracer.startSpan('process of theirs', { kind: SpanKind.CONSUMER });
      context.with(trace.setSpan(context.active(), theirs), () =>
        handoff.open('order', envelope, () => undefined),
      );
      theirs.end();
    });
  },

  mended({ handoff, request }) {
    request('acme', () => {
      handoff.open('order', handoff.envelope('order'), () => propagation.getActiveBaggage());
    });
  },
};
