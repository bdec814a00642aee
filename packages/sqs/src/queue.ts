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
  const [path = ''] = url.split(/[?#]/);
  const name = path.split('/').findLast((part) => part !== '') ?? url;
  return { url, name, fifo: name.endsWith('.fifo') };
}
