import { spawnSync } from 'node:child_process';
import { createWriteStream, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import { afterAll, describe, expect, it } from '@jest/globals';
import { makeSpan, traceId } from '../../test/make-span.ts';
import { otlpOf } from '../../test/otlp-of.ts';
import { drawJourney } from '../drawing/draw-journey.ts';
import type { Journey } from '../model/journey.ts';
import { findJourney } from './find-journey.ts';
import { openSource } from './open-source.ts';
import { readSpansFile } from './read-file.ts';
import { SpansSource } from './spans-source.ts';

const directory = mkdtempSync(join(tmpdir(), 'waybill-hostile-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

async function file(write: (line: (text: string) => void) => void): Promise<string> {
  const path = join(directory, 'spans.json');
  const stream = createWriteStream(path);
  write((text) => stream.write(text));
  stream.end();
  await finished(stream);
  return path;
}

describe('a hostile file', () => {
  it('of 100 MB in one line is refused before it is all in memory', async () => {
    const path = await file((write) => {
      write('{"resourceSpans":[');
      for (let index = 0; index < 100; index += 1) write(`"${'x'.repeat(1_000_000)}",`);
    });
    await expect(readSpansFile(path)).rejects.toThrow(
      /has a document, or a line, of more than 67108864 characters/,
    );
  });

  it('of 100 MB in lines is read without the texts that are too long', async () => {
    const span = makeSpan('work', { id: [1, 1], at: 0, attributes: { long: 'x'.repeat(1_000_000) } });
    const text = JSON.stringify(otlpOf([span]));
    const path = await file((write) => {
      for (let index = 0; index < 100; index += 1) write(`${text}\n`);
    });
    const { spans } = await readSpansFile(path);
    expect(spans).toHaveLength(100);
    expect(String(spans[0]?.attributes.long)).toHaveLength(4_096);
  });

  it('of everything at once is drawn', async () => {
    const spans = [
      makeSpan('zeros', { id: [0, 0], at: 0 }),
      makeSpan('circle', { id: [1, 1], parent: 2, at: 0, links: [{ to: [1, 1] }, { to: [2, 1] }] }),
      makeSpan('circle', { id: [1, 2], parent: 1, at: 5, took: -20, links: [{ to: [0, 0] }] }),
      makeSpan('process \u001b[2J', {
        id: [2, 1],
        at: -9e14,
        took: 9e15,
        links: [{ to: [1, 1] }, { to: [2, 1] }],
      }),
      makeSpan('process \u001b[2J', { id: [2, 1], at: -9e14, took: 1 }),
    ];
    const path = await file((write) => write(JSON.stringify(otlpOf(spans))));
    const { source } = await openSource(path);
    const found = await findJourney(source, traceId(1));
    const picture = drawJourney(found?.journey as Journey);
    expect(picture).not.toContain('\u001b');
    expect(picture).toContain('circle');
  });

  // A process with less memory than what it is given: it would end with an error of V8.
  const drawn = (path: string, megabytes: number) => {
    const program = `
      import { findJourney, openSource } from './src/sources/index.ts';
      import { drawJourney } from './src/index.ts';
      import { drawPage } from './src/page/index.ts';
      try {
        const { source } = await openSource(process.argv[1]);
        const { journey, leftOut } = await findJourney(source, '1');
        console.log(leftOut.excessLinks, drawJourney(journey).includes('process orders'), drawPage(journey).length < 20e6);
      } catch (error) {
        console.log(error.name, error.message);
      }
    `;
    const { stdout, stderr, status } = spawnSync(
      process.execPath,
      [`--max-old-space-size=${megabytes}`, '--input-type=module-typescript', '--eval', program, path],
      { cwd: join(import.meta.dirname, '../..'), encoding: 'utf8' },
    );
    return { status, stderr, stdout: stdout.trim() };
  };

  it('of texts of 150 MB, cut to what is shown, is drawn with a memory of 64 MB', async () => {
    const path = await file((write) => {
      for (let index = 0; index < 150; index += 1) {
        const attributes = { [`key${index}`]: 'x'.repeat(1_000_000) };
        write(
          `${JSON.stringify(otlpOf([makeSpan('process orders', { id: [1, index + 1], at: index, attributes })]))}\n`,
        );
      }
    });
    expect(drawn(path, 64)).toEqual({ status: 0, stderr: '', stdout: '0 true true' });
  }, 60_000);

  it('of a million links is drawn with those that it may have, with a memory of 256 MB', async () => {
    const path = await file((write) => {
      for (let index = 0; index < 100; index += 1) {
        const links = Array.from({ length: 10_000 }, (_, link) => ({
          to: [index * 10_000 + link + 2, 1] as const,
        }));
        write(
          `${JSON.stringify(otlpOf([makeSpan('process orders', { id: [1, index + 1], at: index, links })]))}\n`,
        );
      }
    });
    const left = 1_000_000 - 100 * 1_024;
    expect(drawn(path, 256)).toEqual({ status: 0, stderr: '', stdout: `${left} true true` });
  }, 60_000);

  it.each([
    ['links', { links: 3_000 }, /has more than 3000 links/],
    ['characters', { length: 100_000 }, /has more than 100000 characters/],
  ])('of more %s than are read is refused', async (_, limits, message) => {
    const path = await file((write) => {
      for (let index = 0; index < 10; index += 1) {
        const links = Array.from({ length: 500 }, (_, link) => ({ to: [link + 2, 1] as const }));
        write(
          `${JSON.stringify(otlpOf([makeSpan('process orders', { id: [1, index + 1], at: index, links })]))}\n`,
        );
      }
    });
    await expect(readSpansFile(path, limits)).rejects.toThrow(message);
  });

  it('of a chain of twenty thousand traces is followed from its middle', async () => {
    const count = 20_000;
    const spans = Array.from({ length: count }, (_, index) =>
      makeSpan('process orders', { id: [index + 1, 1], at: index, links: [{ to: [index + 2, 1] }] }),
    );
    const found = await findJourney(new SpansSource(spans), traceId(count / 2));
    expect(found?.journey.traces).toHaveLength(count);
  });
});
