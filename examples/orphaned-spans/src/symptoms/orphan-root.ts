import type { Symptom } from '../symptom.ts';

/** A span of background work stands alone, without its request. */
export const orphanRoot: Symptom = {
  name: 'an orphan root',

  broken({ handoff, request, enqueue }) {
    request('acme', () => {
      enqueue(() => handoff.run('thumbnails', handoff.capture(), () => undefined));
    });
  },

  mended({ handoff, request, enqueue }) {
    request('acme', () => {
      const captured = handoff.capture();
      enqueue(() => handoff.run('thumbnails', captured, () => undefined));
    });
  },
};
