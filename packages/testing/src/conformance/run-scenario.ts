import { context } from '@opentelemetry/api';
import { installedMeters, installedSdk } from '../test-telemetry/installed-sdk.ts';
import type { AdapterHarness } from './adapter-harness.ts';
import type { Scenario } from './scenario.ts';
import { TestBed } from './test-bed.ts';

/** Plays one scenario on an adapter, with a context manager that is there only as long. */
export async function runScenario(scenario: Scenario, harness: AdapterHarness): Promise<void> {
  const sdk = await installedSdk();
  const meter = await installedMeters();
  const testBed = new TestBed(harness, { ...sdk, meter }, await harness.createQueue());
  context.setGlobalContextManager(sdk.contextManager().enable());
  try {
    await scenario.play(testBed);
    testBed.expectNoLeaks();
  } finally {
    await testBed.close();
    context.disable();
  }
}
