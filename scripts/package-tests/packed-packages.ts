import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { writeConsumerProject } from '../publishing/consumer-project.ts';
import type { PackedPackage } from '../publishing/pack-packages.ts';
import { runTool } from '../publishing/run-tool.ts';

/** What a run of the package tests has packed. */
export interface PackedPackages {
  /** Where the tarballs are, and the projects of the tests. */
  readonly directory: string;
  readonly packages: readonly PackedPackage[];
}

/** The packages of this run, as they would be published. */
export function packedPackages(): PackedPackages {
  return JSON.parse(process.env.WAYBILL_PACKED_PACKAGES ?? '{}');
}

/** What the packages ask for as peers, and what the tests run. */
export const peers = {
  '@aws-sdk/client-sqs': '3.1169.0',
  jest: '30.5.2',
  kafkajs: '2.2.4',
  '@types/node': '24.19.2',
  typescript: '5.9.3',
};

/**
 * Makes `consumer` a project of a user: the tarballs, what they ask for as peers, and the programs of `consumer/`.
 * Dependencies are laid out strictly, so a package that imports what it does not declare fails.
 */
export async function installConsumer(
  consumer: string,
  dependencies: Readonly<Record<string, string>>,
): Promise<void> {
  await cp(join(import.meta.dirname, 'consumer'), consumer, { recursive: true });
  await writeConsumerProject(consumer, packedPackages().packages, dependencies);
  await runTool('pnpm', ['install', '--prefer-offline', '--ignore-scripts'], consumer);
}
