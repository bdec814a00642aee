import { types } from 'node:util';

/** What a module exports, by name. */
export type ModuleExports = Readonly<Record<string, unknown>>;

/**
 * Gives a module other values for some of its exports. An ES module's namespace, as `import-in-the-middle` hands it out, is written to.
 * The exports of a CommonJS module may be getters that cannot be redefined, so a copy takes their place.
 *
 * @returns what the program is to get.
 */
export function replaceExports<E extends ModuleExports>(exports: E, replacements: ModuleExports): E {
  if (!types.isProxy(exports)) return copyWith(exports, replacements);
  const namespace = exports as Record<string, unknown>;
  Object.assign(namespace, replacements);
  const { default: whole } = namespace;
  if (typeof whole === 'object' && whole !== null) {
    namespace.default = copyWith(whole as ModuleExports, replacements);
  }
  return exports;
}

function copyWith<E extends ModuleExports>(exports: E, replacements: ModuleExports): E {
  const replaced = Object.entries(replacements).map(([name, value]) => [
    name,
    { value, writable: true, enumerable: true, configurable: true },
  ]);
  return Object.create(Object.getPrototypeOf(exports), {
    ...Object.getOwnPropertyDescriptors(exports),
    ...Object.fromEntries(replaced),
  });
}
