import { readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { fileURLToPath } from 'node:url';
import { transformSync } from '@swc/core';

/** Node.js runs TypeScript, but has no decorators. Nest's own command line compiles an application before it starts it. */
registerHooks({
  load(url, context, nextLoad) {
    if (!url.startsWith(new URL('.', import.meta.url).href) || !url.endsWith('.ts'))
      return nextLoad(url, context);
    const filename = fileURLToPath(url);
    const { code } = transformSync(readFileSync(filename, 'utf8'), {
      filename,
      jsc: {
        parser: { syntax: 'typescript', decorators: true },
        transform: { legacyDecorator: true },
        target: 'es2023',
      },
      sourceMaps: 'inline',
    });
    return { format: 'module', source: code, shortCircuit: true };
  },
});
