import type { Symptom } from '../symptom.ts';

/** One trace has thousands of spans, over days. */
export const endlessTrace: Symptom = {
  name: 'an endless trace',

  broken({ handoff, request }) {
    request('acme', () => {
      const poll = handoff.bind('poll', () => undefined);
      for (let run = 0; run < 100; run++) poll();
    });
  },

  mended({ handoff, request }) {
    request('acme', () => {
      const poll = handoff.recurring('poll', () => undefined);
      for (let run = 0; run < 100; run++) poll();
    });
  },
};
