import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect } from '@jest/globals';
import { checkPolicyFile } from '../src/index.ts';

/** A directory of its own for each test of a file. */
export interface TemporaryFiles {
  readonly directory: string;

  /** Writes a file, and answers with its path. */
  write(name: string, content: string | Uint8Array): string;
}

export function temporaryFiles(): TemporaryFiles {
  let directory = '';
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'waybill-policy-'));
  });
  afterEach(() => rmSync(directory, { recursive: true, force: true }));
  return {
    get directory() {
      return directory;
    },
    write(name, content) {
      const path = join(directory, name);
      writeFileSync(path, content);
      return path;
    },
  };
}

/** Each mistake of a text as `line:column: message`. */
export function mistakesIn(
  files: TemporaryFiles,
  text: string | Uint8Array,
  name = 'waybill.policy.yaml',
): string[] {
  const { policy, mistakes } = checkPolicyFile(files.write(name, text));
  expect(policy).toBeUndefined();
  return mistakes.map(({ line, column, message }) =>
    line === undefined ? message : `${line}:${column}: ${message}`,
  );
}
