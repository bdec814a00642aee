import type { IncomingMessage } from 'node:http';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';

/** Why a request is not taken: a status of HTTP, and what to do. */
export class RefusedRequest extends Error {
  override readonly name = 'RefusedRequest';
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

const unzip = promisify(gunzip);

/**
 * Reads the body of a request, and unpacks it.
 *
 * @param most how many bytes it may have, as it comes and unpacked.
 * @throws {RefusedRequest} where it has more, or is packed in another way than by gzip.
 */
export async function readBody(request: IncomingMessage, most: number): Promise<Buffer> {
  const encoding = request.headers['content-encoding'] ?? 'identity';
  if (encoding !== 'gzip' && encoding !== 'identity') {
    throw new RefusedRequest(415, `Content-Encoding ${encoding} is not read. Send gzip, or nothing.`);
  }
  const tooMuch = new RefusedRequest(413, `The body has more than ${most} bytes. Send fewer spans at once.`);
  if (Number(request.headers['content-length'] ?? 0) > most) throw tooMuch;
  const chunks: Buffer[] = [];
  let bytes = 0;
  // The answer still goes out by the same socket.
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    bytes += chunk.length;
    if (bytes > most) throw tooMuch;
    chunks.push(chunk);
  }
  const body = Buffer.concat(chunks);
  if (encoding === 'identity') return body;
  try {
    return await unzip(body, { maxOutputLength: most });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') throw tooMuch;
    throw new RefusedRequest(400, 'The body cannot be unpacked by gzip.');
  }
}
