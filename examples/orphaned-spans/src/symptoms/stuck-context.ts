import { setImmediate } from 'node:timers/promises';
import type { Symptom } from '../symptom.ts';

/** Spans hang below work that was over before they began. */
export const stuckContext: Symptom = {
  name: 'a stuck context',

  async broken({ handoff, request }) {
    let later: Promise<void> | undefined;
    request('acme', () => {
      handoff.run('order', handoff.capture(), () => {
        later = setImmediate().then(() => {
          handoff.setImmediate('email', () => undefined);
        });
      });
    });
    await later;
    await setImmediate();
  },

  async mended({ handoff, request }) {
    let done: Promise<void> | undefined;
    request('acme', () => {
      done = handoff.run('order', handoff.capture(), async () => {
        await setImmediate();
        handoff.setImmediate('email', () => undefined);
      });
    });
    await done;
    await setImmediate();
  },
};
