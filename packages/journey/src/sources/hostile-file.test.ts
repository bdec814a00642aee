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

  it('of a chain of twenty thousand traces is followed from its middle', async () => {
    const count = 20_000;
    const spans = Array.from({ length: count }, (_, index) =>
      makeSpan('process orders', { id: [index + 1, 1], at: index, links: [{ to: [index + 2, 1] }] }),
    );
    const found = await findJourney(new SpansSource(spans), traceId(count / 2));
    expect(found?.journey.traces).toHaveLength(count);
  });
});
