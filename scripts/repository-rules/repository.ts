import type { Violation } from './violation.ts';

export interface Manifest {
  readonly name: string;
  readonly private?: boolean;
  readonly exports?: Readonly<Record<string, unknown>>;
  readonly publishConfig?: { readonly exports?: Readonly<Record<string, unknown>> };
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

/** A workspace package, the root included. */
export interface WorkspacePackage {
  /** Relative to the repository, `''` for the root. */
  readonly directory: string;
  readonly manifest: Manifest;
}

export interface SourceFile {
  /** Relative to the repository, with forward slashes. */
  readonly path: string;
  readonly package: WorkspacePackage;
  readonly isTest: boolean;
  readonly text: string;
  /** Module specifiers as written: static, dynamic, type-only and `require`. */
  readonly imports: readonly string[];
  /** String literals and the fixed parts of templates; comments do not count. */
  readonly strings: readonly string[];
}

export interface Repository {
  readonly packages: readonly WorkspacePackage[];
  readonly files: readonly SourceFile[];
}

export type Rule = (repository: Repository) => readonly Violation[];

export function isPublished(workspacePackage: WorkspacePackage): boolean {
  return workspacePackage.manifest.private !== true;
}

/** The files that end up in a published tarball. */
export function publishedSources({ files }: Repository): SourceFile[] {
  return files.filter((file) => isPublished(file.package) && !file.isTest);
}
