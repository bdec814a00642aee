import type { Attributes } from '@opentelemetry/api';
import { sqsAttribute } from './adapter-info.ts';

/** A queue as its URL tells. */
export interface Queue {
  readonly url: string;

  /** The last part of the URL's path, which is how people call the queue. */
  readonly name: string;

  /** Whether messages of one group have to be handled in order. */
  readonly fifo: boolean;
}

/** The queue of a request; `undefined` where the request names none, which is for SQS to refuse. */
export function queueOf({ QueueUrl: url }: { readonly QueueUrl?: unknown }): Queue | undefined {
  if (typeof url !== 'string' || url === '') return undefined;
  if (last?.url !== url) last = parse(url);
  return last;
}

/** An application asks one queue many times in a row. */
let last: Queue | undefined;

function parse(url: string): Queue {
  const [path = ''] = url.split(/[?#]/);
  const name = path.split('/').findLast((part) => part !== '') ?? url;
  return { url, name, fifo: name.endsWith('.fifo') };
}

/** What core asks of every call, for a call to this queue. */
export function addressOf({ url, name }: Queue): {
  readonly destination: string;
  readonly queueKey: string;
  describe(attributes: Attributes): void;
} {
  return {
    destination: name,
    queueKey: name,
    describe(attributes) {
      attributes[sqsAttribute.queueUrl] = url;
    },
  };
}
