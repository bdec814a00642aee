import { expect, it } from '@jest/globals';
import { describeAdapter } from '../src/conformance/index.ts';
import { runScenario } from '../src/conformance/run-scenario.ts';
import { scenarios } from '../src/conformance/scenarios/index.ts';
import { harness } from './harness.ts';

describeAdapter(harness);

it('a harness without consumeBatch is told so at once, with the excuse that it may make', async () => {
  const name = 'a batch is a root that links to every message once';
  const batch = scenarios.find((scenario) => scenario.name === name);
  if (batch === undefined) throw new Error(`There is no scenario ${name}.`);
  const single = {
    ...harness,
    connect: async (waybill: Parameters<typeof harness.connect>[0]) => {
      const { consumeBatch: _, ...connection } = await harness.connect(waybill);
      return connection;
    },
  };
  await expect(runScenario(batch, single)).rejects.toThrow(
    `The harness has no consumeBatch. Add it, or say in excused["${name}"] why`,
  );
});
