import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../../..');

/** A part of a page that a test writes: what stands between `<!-- NAME -->` and `<!-- /NAME -->`. */
export interface WrittenPart {
  /** From the root of the repository: `docs/brokers/kafka.md`. */
  readonly page: string;

  /** The name of the part. */
  readonly part: string;

  /** What `pnpm reference` takes to run the test that writes it: `kafkajs`. */
  readonly command: string;

  /** What has to stand there. */
  readonly text: string;
}

/**
 * Compares a part of a page with what a run gave, or writes it where `WRITE_REFERENCE=1` is set, as `pnpm reference` does.
 *
 * @throws where it is stale: the error names the page, the lines that differ and the command that writes it anew.
 */
export function expectWritten({ page, part, command, text }: WrittenPart): void {
  const file = join(root, page);
  const now = readFileSync(file, 'utf8');
  const place = new RegExp(`(?<=<!-- ${part} -->\n).*(?=<!-- /${part} -->)`, 's');
  const [before] = place.exec(now) ?? [];
  if (before === undefined)
    throw new Error(`${page} has no <!-- ${part} --> with a <!-- /${part} --> below it.`);
  const wanted = `${text}\n`;
  if (wanted === before) return;
  if (process.env.WRITE_REFERENCE === '1') {
    writeFileSync(
      file,
      now.replace(place, () => wanted),
    );
    return;
  }
  const lines = [
    ...onlyIn(before, wanted).map((line) => `- ${line}`),
    ...onlyIn(wanted, before).map((line) => `+ ${line}`),
  ];
  throw new Error(
    `${page} is stale: it does not say what was recorded. Run \`npx pnpm@12 reference ${command}\`, look at the page, and commit it.\n${lines.join('\n')}`,
  );
}

function onlyIn(text: string, other: string): string[] {
  const others = other.split('\n');
  return text.split('\n').filter((line) => !others.includes(line));
}
