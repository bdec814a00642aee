import type { Symptom } from '../symptom.ts';

/** The work is in the right trace, and a span that should be around it is a trace of its own. */
export const secondRoot: Symptom = {
  name: 'a second root',

  broken({ tracer, handoff, request, enqueue }) {
    request('acme', () => {
      const captured = handoff.capture();
      enqueue(() =>
        tracer.startActiveSpan('resize', (span) => {
          handoff.run('thumbnails', captured, () => undefined);
          span.end();
        }),
      );
    });
  },

  mended({ tracer, handoff, request, enqueue }) {
    request('acme', () => {
      const captured = handoff.capture();
      enqueue(() =>
        handoff.run('thumbnails', captured, () => tracer.startActiveSpan('resize', (span) => span.end())),
      );
    });
  },
};
