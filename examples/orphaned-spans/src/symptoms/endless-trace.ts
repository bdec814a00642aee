import { setImmediate } from 'node:timers/promises';
import type { Symptom } from '../symptom.ts';

/** One trace has thousands of spans, over days. */
export const endlessTrace: Symptom = {
  name: 'an endless trace',

  async broken({ handoff, request }) {
    let poll = (): void => undefined;
    request('acme', () => {
      poll = handoff.bind('poll', () => undefined);
    });
    for (let run = 0; run < 100; run++) await setImmediate().then(poll);
  },

  async mended({ handoff, request }) {
    let poll = (): void => undefined;
    request('acme', () => {
      poll = handoff.recurring('poll', () => undefined);
    });
    for (let run = 0; run < 100; run++) await setImmediate().then(poll);
  },
};
