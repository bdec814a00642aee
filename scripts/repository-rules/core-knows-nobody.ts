import { isPublished, type Repository } from './repository.ts';
import type { Violation } from './violation.ts';

const rule = 'core-knows-nobody';
const allowed = ['@opentelemetry/api', 'node:async_hooks'];

/** Core knows no broker, no client, no SDK and no other package: it imports the OpenTelemetry API, and the frames of Node.js. */
export function coreKnowsNobody({ packages, files }: Repository): readonly Violation[] {
  const imports = files
    .filter((file) => file.package.manifest.name === '@waybill/core' && !file.isTest)
    .flatMap((file) =>
      file.imports
        .filter((name) => !name.startsWith('.') && !allowed.includes(name))
        .map((name) => ({
          file: file.path,
          rule,
          problem: `imports '${name}'; core imports only ${allowed.join(', ')} and its own files.`,
          fix: 'Let the adapter or the application pass in what core needs.',
        })),
    );
  const published = new Set(packages.filter(isPublished).map(({ manifest }) => manifest.name));
  const manifests = packages
    .filter(({ manifest }) => manifest.name === '@waybill/core')
    .flatMap(({ directory, manifest }) =>
      [
        ...Object.keys(manifest.dependencies ?? {}),
        ...Object.keys(manifest.devDependencies ?? {}).filter((name) => published.has(name)),
      ].map((name) => ({
        file: `${directory}/package.json`,
        rule,
        problem: `depends on '${name}'.`,
        fix: 'Core has no dependencies, and a test of core that needs another package belongs in that package.',
      })),
    );
  return [...imports, ...manifests];
}
