import type { Symptom } from '../symptom.ts';

const hour = 3_600_000;

/** A request of 20 ms is drawn an hour wide, as something began below it long after it had ended. */
export const lateChild: Symptom = {
  name: 'a late child',

  broken({ tracer, request, goForward }) {
    let reminder: (() => void) | undefined;
    request('acme', () => {
      const span = tracer.startSpan('reminder');
      reminder = () => span.end();
    });
    goForward(hour);
    reminder?.();
  },

  mended({ handoff, request, goForward }) {
    let reminder: (() => void) | undefined;
    request('acme', () => {
      reminder = handoff.bind('reminder', () => undefined);
    });
    goForward(hour);
    reminder?.();
  },
};
