import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A client that a package adapts, with the lowest and the newest release that its tests run. */
export interface Client {
  readonly packageName: string;
  readonly folder: string;
  readonly client: string;
  /** What the package's peer dependency accepts. */
  readonly range: string;
  /** The service of `docker-compose.yml`. */
  readonly broker: string;
  readonly lowest: TestedRelease;
  readonly newest: TestedRelease;
}

/** A release, and the test file that runs the conformance suite with it. */
export interface TestedRelease {
  readonly version: string;
  readonly file: string;
}

const adapters = [
  { folder: 'packages/amqplib', client: 'amqplib', broker: 'rabbitmq' },
  { folder: 'packages/bullmq', client: 'bullmq', broker: 'redis' },
  { folder: 'packages/kafkajs', client: 'kafkajs', broker: 'kafka' },
  { folder: 'packages/sqs', client: '@aws-sdk/client-sqs', broker: 'sqs' },
];

/** Reads from the manifests which releases of each client the container tests run. */
export function readClients(root: string): readonly Client[] {
  return adapters.map(({ folder, client, broker }) => {
    const manifest = readJson(join(root, folder, 'package.json'));
    const lowest = Object.values<string>(manifest.devDependencies).find((version) =>
      version.startsWith(`npm:${client}@`),
    );
    return {
      packageName: manifest.name,
      folder,
      client,
      range: manifest.peerDependencies[client],
      broker,
      lowest: {
        version: lowest?.slice(`npm:${client}@`.length) ?? '',
        file: `${folder}/test/lowest-peer.container.test.ts`,
      },
      newest: {
        version: readJson(join(root, folder, 'node_modules', client, 'package.json')).version,
        file: `${folder}/test/conformance.container.test.ts`,
      },
    };
  });
}

function readJson(file: string) {
  return JSON.parse(readFileSync(file, 'utf8'));
}
