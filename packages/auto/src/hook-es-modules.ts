import nodeModule, { createRequire, isBuiltin, type ResolveHookSync, register } from 'node:module';
import { clients } from './clients.ts';

/** What is used of `import-in-the-middle/register-hooks.mjs`, which its versions from 3.3 on have. */
interface SynchronousHooks {
  supportsSyncHooks(): boolean;
  register(options: { readonly include: readonly string[] }): void;
}

/** Whether this Node.js, 22.15 or later, has what this package needs. A name that it lacks could not be imported. */
export function isSupportedNode(): boolean {
  return typeof nodeModule.registerHooks === 'function';
}

/**
 * Has `@opentelemetry/instrumentation` see the clients that ES modules import, and no other module. It is done in this thread where
 * Node.js and the installed `import-in-the-middle` can: the hook in a thread of its own slows every start.
 */
export function hookEsModules(): void {
  const include = clients.map(({ specifier }) => specifier);
  const hooks = synchronousHooks();
  if (!hooks?.supportsSyncHooks()) {
    register('@opentelemetry/instrumentation/hook.mjs', import.meta.url, { data: { include } });
    return;
  }
  hooks.register({ include });
  nodeModule.registerHooks({ resolve: resolveBuiltins });
}

/**
 * Answers what Node.js itself requires for `node --eval`, which has no module that requires it. import-in-the-middle 3.6.0 takes that
 * for the file of a program, and Node.js ends as there is none.
 */
const resolveBuiltins: ResolveHookSync = (specifier, context, next) =>
  context.parentURL === undefined && isBuiltin(specifier)
    ? { url: `node:${specifier.replace(/^node:/, '')}`, format: 'builtin', shortCircuit: true }
    : next(specifier, context);

/** Those of the copy that `@opentelemetry/instrumentation` listens to. */
function synchronousHooks(): SynchronousHooks | undefined {
  try {
    const instrumentation = createRequire(import.meta.url).resolve('@opentelemetry/instrumentation');
    return createRequire(instrumentation)('import-in-the-middle/register-hooks.mjs');
  } catch {
    return undefined;
  }
}
