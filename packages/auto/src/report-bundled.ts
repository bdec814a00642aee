import { readFileSync } from 'node:fs';
import { diag } from '@opentelemetry/api';
import { clients } from './clients.ts';
import { besideProgram, resolves } from './load-package.ts';

/**
 * Reports through `diag` which clients are inside of a bundle, where they are no modules and nothing of them can be replaced: those that
 * are not installed beside the program, while its own text has them.
 */
export function reportBundled(): void {
  const [, program] = process.argv;
  const require = besideProgram();
  if (program === undefined || require === undefined) return;
  const missing = clients.filter(({ specifier }) => !resolves(require, specifier));
  const text = missing.length === 0 ? '' : read(require, program);
  const bundled = missing.filter(({ textInBundle }) => text.includes(textInBundle));
  if (bundled.length === 0) return;
  const modules = [...new Set(bundled.map(({ module }) => module))].join(', ');
  const adapters = [...new Set(bundled.map(({ adapter }) => adapter))].join(', ');
  diag
    .createComponentLogger({ namespace: '@waybill/auto' })
    .warn(
      `Clients of ${modules} cannot be traced inside of the bundle ${program}. Have the bundler leave these modules out as external and install them, or wrap the clients in the program's code with ${adapters}. [WAYBILL_AUTO_BUNDLED]`,
    );
}

function read(require: NodeJS.Require, program: string): string {
  try {
    return readFileSync(require.resolve(program), 'utf8');
  } catch {
    return '';
  }
}
