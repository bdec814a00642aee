import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from '@jest/globals';
import { drawJourney } from '@waybill/journey';
import { findJourney, openSource } from '@waybill/journey/sources';

const directory = mkdtempSync(join(tmpdir(), 'waybill-demo-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

it('the journey of a late order is the same from the trace of its consumer and from that of its producer', async () => {
  const file = join(directory, 'spans.jsonl');
  const demo = spawnSync(process.execPath, [join(import.meta.dirname, 'main.ts'), '--json', '--otlp', file], {
    encoding: 'utf8',
  });
  expect(demo.stderr).toBe('');
  const { messages } = JSON.parse(demo.stdout) as {
    messages: { relation: string; traceId: string; journeyId: string }[];
  };
  const late = messages.filter(({ relation }) => relation === 'link');
  expect(late).toHaveLength(2);
  const { source } = await openSource(file);
  for (const { traceId, journeyId } of late) {
    const [fromConsumer, fromProducer] = await Promise.all(
      [traceId, journeyId].map(async (id) => (await findJourney(source, id))?.journey),
    );
    if (fromConsumer === undefined || fromProducer === undefined)
      throw new Error('The journey is not in the file.');
    expect(drawJourney(fromConsumer)).toBe(drawJourney(fromProducer));
    expect(fromConsumer.traces.map((trace) => trace.traceId)).toEqual([journeyId, traceId]);
    expect(
      fromConsumer.hops.map(({ relation, destination, decision }) => [
        destination,
        relation,
        decision.reason,
      ]),
    ).toEqual([
      ['orders', 'link', 'late'],
      ['invoices', 'parent', 'rule'],
    ]);
    expect(fromConsumer.ghosts).toEqual([]);
    expect(fromConsumer.hops[0]?.wait?.parts).toEqual([{ what: 'queue', duration: expect.any(Number) }]);
  }
}, 60_000);
