import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { drawJourney } from '@waybill/journey';
import { diagnoseSpans } from '@waybill/journey/doctor';
import { findJourney, openSource, readRecording } from '@waybill/journey/sources';

interface Message {
  readonly relation: string;
  readonly traceId: string;
  readonly journeyId: string;
}

const directory = mkdtempSync(join(tmpdir(), 'waybill-demo-'));
const file = join(directory, 'spans.jsonl');
let messages: readonly Message[];

beforeAll(() => {
  const demo = spawnSync(process.execPath, [join(import.meta.dirname, 'main.ts'), '--json', '--otlp', file], {
    encoding: 'utf8',
  });
  expect(demo.stderr).toBe('');
  messages = (JSON.parse(demo.stdout) as { messages: readonly Message[] }).messages;
}, 60_000);

afterAll(() => rmSync(directory, { recursive: true, force: true }));

it('the journey of a late order is the same from the trace of its consumer and from that of its producer', async () => {
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
});

it('the doctor finds nothing in what the demo records', async () => {
  const { source } = await openSource(file);
  const { spans } = await readRecording(source);
  expect(diagnoseSpans(spans)).toMatchObject({ findings: [], proposedRules: [], messages: messages.length });
});
