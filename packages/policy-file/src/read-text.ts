import { isUtf8 } from 'node:buffer';
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';

/** How large a file may be, in bytes: 256 KiB. That is room for some 3,000 rules, and keeps the time short that reading takes. */
const largestFile = 256 * 1024;

/** What a file holds, or why it cannot be read. */
export type ReadText = { readonly text: string } | { readonly problem: string };

/** Reads a text file. It never throws, and never waits: a pipe or a device is not read. */
export function readText(path: string): ReadText {
  let bytes: Buffer | string;
  try {
    bytes = readBytes(path);
  } catch (error) {
    return { problem: describe(error) };
  }
  if (typeof bytes === 'string') return { problem: bytes };
  try {
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(bytes) };
  } catch {
    return { problem: `line ${lineOfBadByte(bytes)} is not text in UTF-8. Save the file in UTF-8.` };
  }
}

/** The bytes of a file, or why it is not read. The descriptor is looked at, so that a file that is exchanged meanwhile changes nothing. */
function readBytes(path: string): Buffer | string {
  // Without O_NONBLOCK, opening a pipe waits for who writes into it.
  const descriptor = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const status = fstatSync(descriptor);
    if (status.isDirectory()) return 'it is a directory. Give the path of a file in it.';
    if (!status.isFile()) return 'it is not a file. Give the path of a file.';
    const bytes = Buffer.alloc(largestFile + 1);
    let length = 0;
    while (length < bytes.length) {
      const read = readSync(descriptor, bytes, length, bytes.length - length, null);
      if (read === 0) return bytes.subarray(0, length);
      length += read;
    }
    return `it has ${Math.max(status.size, length)} bytes, more than 256 KiB. Let patterns stand for many names.`;
  } finally {
    closeSync(descriptor);
  }
}

function lineOfBadByte(bytes: Buffer): number {
  let line = 1;
  let start = 0;
  for (let end = bytes.indexOf(0x0a); end >= 0; end = bytes.indexOf(0x0a, start)) {
    if (!isUtf8(bytes.subarray(start, end))) break;
    line += 1;
    start = end + 1;
  }
  return line;
}

function describe(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return (code === undefined ? undefined : reasons[code]) ?? `it cannot be read: ${message}.`;
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file. Create it, or correct the path.',
  ENOTDIR: 'there is no such file. Create it, or correct the path.',
  ENXIO: 'it is not a file. Give the path of a file.',
  EACCES: 'this process may not read it. Give it the right to.',
  EPERM: 'this process may not read it. Give it the right to.',
  EISDIR: 'it is a directory. Give the path of a file in it.',
};
