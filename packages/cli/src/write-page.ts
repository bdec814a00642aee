import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ExitCode, Output } from './command.ts';
import { openInBrowser } from './open-in-browser.ts';

/** Where a page goes to. */
export interface PageTarget {
  /** The file. Default a temporary one. */
  readonly file: string | undefined;

  /** Whether it is shown in the browser. */
  readonly isOpened: boolean;
}

/** Writes a page into a file, tells which, and opens it. */
export async function writePage(page: string, target: PageTarget, output: Output): Promise<ExitCode> {
  // Spans may hold what is not for everybody on the machine: only its owner comes into such a directory.
  const file = target.file ?? join(await mkdtemp(join(tmpdir(), 'waybill-')), 'journey.html');
  try {
    await writeFile(file, page);
  } catch (error) {
    output.error(`${file} cannot be written: ${(error as Error).message}`);
    return 1;
  }
  output.out(file);
  if (target.isOpened && !(await openInBrowser(file))) {
    output.error('There is no browser to open it in. BROWSER may name one.');
    return 1;
  }
  return 0;
}
