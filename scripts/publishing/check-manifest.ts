/** The part of a package.json that the registry shows to users. */
export interface PublishedFields {
  readonly name?: string;
  readonly description?: string;
  readonly keywords?: readonly string[];
  readonly homepage?: string;
  readonly bugs?: string;
  readonly license?: string;
  readonly repository?: { readonly type?: string; readonly url?: string; readonly directory?: string };
  readonly engines?: { readonly node?: string };
}

const repository = 'https://github.com/waybill-js/waybill';

/**
 * Says what a published package.json lacks. npm takes a package with provenance only from the repository that it names.
 *
 * @param directory the package's folder from the root, such as `packages/sqs`
 */
export function findManifestProblems(manifest: PublishedFields, directory: string): string[] {
  const expected = {
    homepage: `${repository}/tree/main/${directory}#readme`,
    bugs: `${repository}/issues`,
    license: 'Apache-2.0',
    repository: { type: 'git', url: `git+${repository}.git`, directory },
    engines: { node: '>=22.15' },
  };
  const wrong = Object.entries(expected).filter(
    ([field, value]) => JSON.stringify(manifest[field as keyof typeof expected]) !== JSON.stringify(value),
  );
  return [
    ...wrong.map(([field, value]) => `"${field}" has to be ${JSON.stringify(value)}`),
    ...(manifest.description ? [] : ['"description" is missing']),
    ...(manifest.keywords?.includes('opentelemetry') ? [] : ['"keywords" have to name opentelemetry']),
  ].map((problem) => `${directory}/package.json: ${problem}.`);
}
