import { context } from '@opentelemetry/api';
import { installedMeters, installedSdk } from '../test-telemetry/installed-sdk.ts';
import type { AdapterHarness } from './adapter-harness.ts';
import { Lab } from './lab.ts';
import type { Scenario } from './scenario.ts';

/** Plays one scenario on an adapter, with a context manager that is there only as long. */
export async function runScenario(scenario: Scenario, harness: AdapterHarness): Promise<void> {
  const sdk = await installedSdk();
  const meter = await installedMeters();
  const lab = new Lab(harness, { ...sdk, meter }, await harness.createQueue());
  context.setGlobalContextManager(sdk.contextManager().enable());
  try {
    await scenario.play(lab);
    lab.expectNoLeaks();
  } finally {
    await lab.close();
    context.disable();
  }
}
