import { isBuiltin } from 'node:module';
import { isPublished, type Repository, type SourceFile } from './repository.ts';
import type { Violation } from './violation.ts';

/** Every imported package stands in the manifest of the package that imports it, so that installing that one is enough. */
export function importsAreDeclared({ files }: Repository): readonly Violation[] {
  return files.flatMap((file) => {
    const declared = declaredFor(file);
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

function declaredFor(file: SourceFile): Set<string> {
  const { manifest } = file.package;
  return new Set([manifest.name, ...fieldsFor(file).flatMap((field) => Object.keys(manifest[field] ?? {}))]);
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
