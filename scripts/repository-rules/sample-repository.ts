import { sourceFile } from './read-repository.ts';
import type { Manifest, Repository, WorkspacePackage } from './repository.ts';

/** A small repository for the rules' tests: packages by directory, files by path. */
export function sampleRepository(
  files: Readonly<Record<string, string>>,
  manifests: Readonly<Record<string, Partial<Manifest>>> = {},
): Repository {
  const packages = Object.entries({ ...samplePackages, ...manifests }).map(
    ([directory, manifest]): WorkspacePackage => ({
      directory,
      manifest: {
        name: `@waybill/${directory.split('/').at(-1)}`,
        ...samplePackages[directory],
        ...manifest,
      },
    }),
  );
  return {
    packages,
    files: Object.entries(files).map(([path, text]) => sourceFile(path, text, packages)),
  };
}

const samplePackages: Readonly<Record<string, Partial<Manifest>>> = {
  '': { name: 'waybill', private: true },
  'packages/core': {},
  'packages/sqs': {},
  'packages/kafkajs': {},
  'packages/testing': {},
  'packages/brokers': { private: true },
};
