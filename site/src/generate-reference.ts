import { globSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Application, type ProjectReflection, type TypeDocOptions } from 'typedoc';
import type { PluginOptions } from 'typedoc-plugin-markdown';

/**
 * Writes the reference of the published packages into `docs/api`, from the doc comments of their exports: a page of Markdown for each
 * module that users import.
 *
 * @throws where the packages cannot be read.
 */
export async function generateReference(root: string): Promise<void> {
  const modules = publishedModules(root);
  await rm(join(root, 'docs/api'), { recursive: true, force: true });
  const app = await Application.bootstrapWithPlugins({
    ...options,
    entryPoints: [...modules.keys()],
    tsconfig: join(root, 'tsconfig.json'),
    basePath: root,
    displayBasePath: root,
    outputs: [{ name: 'markdown', path: join(root, 'docs/api') }],
  });
  const project = await app.convert();
  if (project === undefined) throw new Error('TypeDoc could not read the packages.');
  nameModules(project, modules);
  await app.generateOutputs(project);
  if (app.logger.hasErrors()) throw new Error('TypeDoc could not write the reference.');
}

/** Options of TypeDoc, and, from `router` on, of typedoc-plugin-markdown. */
const options: Partial<TypeDocOptions & PluginOptions> = {
  plugin: ['typedoc-plugin-markdown'],
  name: 'Reference',
  readme: 'none',
  skipErrorChecking: true, // `pnpm check` does that
  disableGit: true,
  gitRevision: 'main',
  sourceLinkTemplate: 'https://github.com/waybill-js/waybill/blob/{gitRevision}/{path}#L{line}',
  excludeInternal: true,
  excludePrivate: true,
  excludeExternals: true,
  logLevel: 'Error',
  router: 'module',
  entryFileName: 'index',
  hidePageHeader: true,
  hideBreadcrumbs: true,
  useCodeBlocks: true,
  useHTMLAnchors: true, // its own guess of what headings are called is wrong for `WaybillErrorCode` beside `WaybillError.code`
  parametersFormat: 'table',
};

/** What users import, by the file of its source. */
function publishedModules(root: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const path of globSync('packages/*/package.json', { cwd: root }).sort()) {
    const { name, private: isPrivate, exports } = JSON.parse(readFileSync(join(root, path), 'utf8'));
    if (isPrivate) continue;
    for (const [subpath, file] of Object.entries<string>(exports)) {
      if (file.endsWith('.ts')) found.set(join(root, dirname(path), file), `${name}${subpath.slice(1)}`);
    }
  }
  return found;
}

/** TypeDoc names modules by their files. */
function nameModules(project: ProjectReflection, names: ReadonlyMap<string, string>): void {
  for (const [file, name] of names) {
    const module = project.children?.find(({ sources }) => sources?.[0]?.fullFileName === file);
    if (module === undefined) throw new Error(`TypeDoc has not read ${file}.`);
    module.name = name;
  }
}
