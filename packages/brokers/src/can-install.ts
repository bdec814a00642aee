import { existsSync, readFileSync } from 'node:fs';

const releaseFile = '/etc/os-release';

/** Whether packages can be installed here: as root, on Debian, Ubuntu or what is made from them. */
export function canInstall(
  uid: number | undefined = process.getuid?.(),
  release: string = existsSync(releaseFile) ? readFileSync(releaseFile, 'utf8') : '',
): boolean {
  return uid === 0 && /^(ID|ID_LIKE)=.*\b(debian|ubuntu)\b/m.test(release);
}
