import { globSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';

/**
 * The links of a built site whose anchor its target has not, as `docs/auto.html: /docs/policy#no`. VitePress itself finds the links to pages
 * that there are not.
 *
 * @param base what the paths of links begin with: `/waybill/`.
 */
export function brokenAnchors(directory: string, base: string): string[] {
  const files = globSync('**/*.html', { cwd: directory }).sort();
  const texts = new Map(files.map((file) => [file, readFileSync(join(directory, file), 'utf8')]));
  const anchors = new Map([...texts].map(([file, text]) => [file, anchorsOf(text)]));
  return [...texts].flatMap(([file, text]) =>
    [...text.matchAll(/<a [^>]*href="([^"#]*)#([^"]+)"/g)].flatMap(([, path = '', anchor = '']) => {
      const target = path === '' ? file : fileOf(path, file, base);
      const known = anchors.get(target);
      return known === undefined || known.has(decodeURIComponent(anchor))
        ? []
        : [`${file}: ${path}#${anchor}`];
    }),
  );
}

function anchorsOf(text: string): Set<string> {
  return new Set([...text.matchAll(/ id="([^"]+)"/g)].map(([, id = '']) => id));
}

/** The file that a path leads to. Addresses have no `.html`. */
function fileOf(path: string, from: string, base: string): string {
  const absolute = path.startsWith(base)
    ? path.slice(base.length)
    : posix.join('/', posix.dirname(from), path).slice(1);
  return absolute === '' || absolute.endsWith('/')
    ? `${absolute}index.html`
    : `${absolute.replace(/\.html$/, '')}.html`;
}
