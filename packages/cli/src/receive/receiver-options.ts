import type { ReceiverOptions } from '@waybill/journey/receiver';
import { UsageError } from '../command.ts';

/**
 * Where `otlp`, `otlp:PORT` and `otlp:ADDRESS:PORT` listen; `undefined` for other sources.
 *
 * @throws {UsageError} where the port is none.
 */
export function receiverOptionsOf(from: string): ReceiverOptions | undefined {
  if (from === 'otlp') return {};
  if (!from.startsWith('otlp:')) return undefined;
  const [, host, port = ''] = /^otlp:(?:\[?(.*?)\]?:)?(\d{1,5})$/.exec(from) ?? [];
  if (port === '' || Number(port) > 65_535) {
    throw new UsageError(
      `--from ${JSON.stringify(from)} names no port. Write 'otlp', 'otlp:4318' or 'otlp:0.0.0.0:4318'.`,
    );
  }
  return { host, port: Number(port) };
}
