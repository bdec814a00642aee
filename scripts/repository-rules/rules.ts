import { adaptersAreIndependent } from './adapters-are-independent.ts';
import { conventionNamesLiveInOneFolder } from './convention-names-live-in-one-folder.ts';
import { coreKnowsNobody } from './core-knows-nobody.ts';
import { exportsMatchBuild } from './exports-match-build.ts';
import { filesAreShort } from './files-are-short.ts';
import { filesHaveTellingNames } from './files-have-telling-names.ts';
import { importsAreDeclared } from './imports-are-declared.ts';
import { packagesAreImportedByName } from './packages-are-imported-by-name.ts';
import type { Rule } from './repository.ts';
import { sourceNeverImportsTest } from './source-never-imports-test.ts';

export const rules: readonly Rule[] = [
  adaptersAreIndependent,
  coreKnowsNobody,
  conventionNamesLiveInOneFolder,
  packagesAreImportedByName,
  sourceNeverImportsTest,
  importsAreDeclared,
  exportsMatchBuild,
  filesHaveTellingNames,
  filesAreShort,
];
