import { posix } from 'node:path';

const repository = 'https://github.com/waybill-js/waybill';

/** Where a page of the repository is on the site: a `README.md` is the index of its folder. */
export function sitePath(page: string): string {
  return page.replace(/README\.md$/, 'index.md');
}

/**
 * The target of a link on the site. Links are written for the repository: one to a page of the site, or to the folder of one, stays within the
 * site; one to another file or folder goes to the repository.
 *
 * @param page the path of the page with the link, from the root of the repository.
 * @param pages those that the site has.
 */
export function linkOnSite(page: string, href: string, pages: ReadonlySet<string>): string {
  if (/^(?:[a-z]+:|#|\/)/.test(href)) return href;
  const [path = '', anchor] = href.split('#');
  const hash = anchor === undefined ? '' : `#${anchor}`;
  const target = posix.join(posix.dirname(page), path).replace(/\/$/, '');
  if (pages.has(target)) return sitePath(path) + hash;
  if (pages.has(`${target}/README.md`)) return `${path.replace(/\/$/, '')}/index.md${hash}`;
  const kind = /\.\w+$/.test(target) ? 'blob' : 'tree';
  return `${repository}/${kind}/main/${target}${hash}`;
}
