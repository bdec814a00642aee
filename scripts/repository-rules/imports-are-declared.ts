import { isBuiltin } from 'node:module';
import { isPublished, type Repository, type SourceFile } from './repository.ts';
import type { Violation } from './violation.ts';

/** Every imported package stands in the manifest of the package that imports it, so that installing that one is enough. */
export function importsAreDeclared({ files, packages }: Repository): readonly Violation[] {
  const bundled = packages.filter((each) => !isPublished(each)).map(({ manifest }) => manifest.name);
  return files.flatMap((file) => {
    const declared = declaredFor(file, bundled);
    return [
      ...new Set(file.imports.filter((name) => !name.startsWith('.') && !isBuiltin(name)).map(packageName)),
    ]
      .filter((name) => !declared.has(name))
      .map((name) => ({
        file: file.path,
        rule: 'imports-are-declared',
        problem: `imports '${name}', which its package.json does not declare${file.isTest ? '' : ' for users'}.`,
        fix: `Add '${name}' to ${fieldsFor(file).join(' or ')} of ${manifestPath(file)}.`,
      }));
  });
}

/** A private package of this repository is built into those that use it, so a development dependency is enough. */
function declaredFor(file: SourceFile, bundled: readonly (string | undefined)[]): Set<string | undefined> {
  const { manifest } = file.package;
  const developing = Object.keys(manifest.devDependencies ?? {}).filter((name) => bundled.includes(name));
  const declared = fieldsFor(file).flatMap((field) => Object.keys(manifest[field] ?? {}));
  return new Set([manifest.name, ...declared, ...developing]);
}

/** A tool's own tests, examples and scripts are not installed by anybody, so development dependencies do. */
function fieldsFor(file: SourceFile): ('dependencies' | 'peerDependencies' | 'devDependencies')[] {
  return isPublished(file.package) && !file.isTest
    ? ['dependencies', 'peerDependencies']
    : ['dependencies', 'peerDependencies', 'devDependencies'];
}

function manifestPath({ package: { directory } }: SourceFile): string {
  return directory === '' ? 'package.json' : `${directory}/package.json`;
}

function packageName(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}
