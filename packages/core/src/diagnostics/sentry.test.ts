import { afterEach, expect, it } from '@jest/globals';
import { incoming } from '../../test/fake-messages.ts';
import { setUp } from '../../test/test-bed.ts';
import type { AdapterInfo } from '../seam/instrumenter.ts';

const globals = globalThis as Record<string, unknown>;

afterEach(() => {
  globals.__SENTRY__ = undefined;
});

/** Sentry, initialised with these integrations. */
function initialise(version: string, ...integrations: string[]): void {
  const client = {
    getIntegrationByName: (name: string) => (integrations.includes(name) ? { name } : undefined),
  };
  globals.__SENTRY__ = { version, [version]: { defaultCurrentScope: { getClient: () => client } } };
}

/** What is told when two messages of a client are handled. */
function told(adapter: Partial<AdapterInfo>): readonly string[] {
  const { instrumenter, warnings } = setUp({}, { adapter });
  for (const id of ['1', '2']) {
    instrumenter.process({ messages: [incoming({ id })], batch: false }, () => undefined);
  }
  return warnings;
}

it('a client that Sentry 11 traces, too, is told of once, with the integration to leave out', () => {
  initialise('11.12.0', 'Http', 'Amqplib');

  const warnings = told({ sentryIntegration: 'Amqplib' });

  expect(warnings).toHaveLength(1);
  expect(warnings[0]).toContain('Sentry 11.12.0 traces the same client as @waybill/fake');
  expect(warnings[0]).toContain("name !== 'Amqplib'");
  expect(warnings[0]).toContain('[WAYBILL_OTHER_INSTRUMENTATION]');
});

it.each<[string, () => void, Partial<AdapterInfo>]>([
  ['without the integration', () => initialise('11.12.0', 'Http'), { sentryIntegration: 'Amqplib' }],
  [
    'before Sentry 11, which is bypassed',
    () => initialise('10.78.0', 'Amqplib'),
    { sentryIntegration: 'Amqplib' },
  ],
  ['for a client that Sentry does not trace', () => initialise('11.12.0', 'Amqplib'), {}],
  ['without Sentry', () => undefined, { sentryIntegration: 'Amqplib' }],
])('nothing is told %s', (_, prepare, adapter) => {
  prepare();

  expect(told(adapter)).toEqual([]);
});
