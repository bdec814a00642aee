import { setTimeout } from 'node:timers/promises';
import type { Symptom } from '../symptom.ts';

const hour = 3_600_000;

/** A request of 20 ms is drawn an hour wide, as something began below it long after it had ended. */
export const lateChild: Symptom = {
  name: 'a late child',

  async broken({ tracer, request }) {
    let reminder: Promise<void> | undefined;
    request('acme', () => {
      // Node.js keeps the context of the request until the timer rings. Here it is 50 ms for an hour.
      reminder = setTimeout(50).then(() => tracer.startSpan('reminder').end());
    });
    await reminder;
  },

  async mended({ handoff, request, goForward }) {
    let reminder: Promise<void> | undefined;
    request('acme', () => {
      const remind = handoff.bind('reminder', () => undefined);
      reminder = setTimeout(50).then(remind);
    });
    goForward(hour);
    await reminder;
  },
};
