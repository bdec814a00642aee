import { createRequire } from 'node:module';
import { type Instrumentation, registerInstrumentations } from '@opentelemetry/instrumentation';

const require = createRequire(import.meta.url);

/**
 * Loads another copy of a module while an instrumentation is on, which patches modules as they load. Who has loaded the module
 * before keeps a copy that is not patched.
 *
 * @param paths what is in the paths of all files that are loaded again.
 */
export function patchedCopy<Module>(instrumentation: Instrumentation, path: string, paths: RegExp): Module {
  for (const loaded of Object.keys(require.cache)) if (paths.test(loaded)) delete require.cache[loaded];
  registerInstrumentations({ instrumentations: [instrumentation] });
  return require(path) as Module;
}
