// pnpm installs before it runs a script, and runs the script even when that failed: then there is no pinned Node, and
// whatever the machine has would stop at the first TypeScript file. Plain JavaScript, so that every Node can say so.
import { existsSync } from 'node:fs';

const installed = new URL('../node_modules/.modules.yaml', import.meta.url);
const runsTypeScript = Boolean(process.features.typescript);

if (!existsSync(installed) || !runsTypeScript) {
  console.error(
    '\nThe dependencies are not installed, so nothing was run. The reason stands above, or comes with:',
  );
  console.error('  npx --yes pnpm@12 install\n');
  process.exit(1);
}
