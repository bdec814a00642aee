import { expect, it } from '@jest/globals';
import { canInstall } from './can-install.ts';

const debian = 'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nID=debian\n';
const ubuntu = 'NAME="Ubuntu"\nID=ubuntu\nID_LIKE=debian\n';
const mint = 'ID=linuxmint\nID_LIKE="ubuntu debian"\n';
const fedora = 'ID=fedora\nHOME_URL="https://example.org/not-debian"\n';

it.each([
  { who: 'root on Debian', uid: 0, release: debian, can: true },
  { who: 'root on Ubuntu', uid: 0, release: ubuntu, can: true },
  { who: 'root on what is made from them', uid: 0, release: mint, can: true },
  { who: 'another user on Debian', uid: 1000, release: debian, can: false },
  { who: 'root on Fedora', uid: 0, release: fedora, can: false },
  { who: 'root on a system without a release file', uid: 0, release: '', can: false },
  { who: 'a user of Windows', uid: undefined, release: '', can: false },
])('$who: $can', ({ uid, release, can }) => {
  expect(canInstall(uid, release)).toBe(can);
});
