import { EventEmitter } from 'node:events';
import type { Symptom } from '../symptom.ts';

/** A step is missing altogether. */
export const forgottenCallback: Symptom = {
  name: 'a missing step',

  broken({ handoff, request }) {
    const uploads = new EventEmitter();
    request('acme', () =>
      uploads.once(
        'finish',
        handoff.bind('reply', () => undefined),
      ),
    );
    uploads.emit('finished');
  },

  mended({ handoff, request }) {
    const uploads = new EventEmitter();
    request('acme', () =>
      uploads.once(
        'finished',
        handoff.bind('reply', () => undefined),
      ),
    );
    uploads.emit('finished');
  },
};
