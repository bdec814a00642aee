import type { Attributes } from '@opentelemetry/api';
import { sqsAttribute } from './adapter-info.ts';

/** A queue, read from its URL or its ARN. */
export interface Queue {
  /** `undefined` where it is not known. */
  readonly url: string | undefined;

  /** The last part of the URL's path or of the ARN, the queue's name. */
  readonly name: string;

  /** Whether messages of one group have to be handled in order. */
  readonly fifo: boolean;
}

/** The queue of a request; `undefined` if the request names none, which SQS refuses. */
export function queueOf({ QueueUrl: url }: { readonly QueueUrl?: unknown }): Queue | undefined {
  if (typeof url !== 'string' || url === '') return undefined;
  if (last?.url !== url) last = parse(url);
  return last;
}

/** An application calls one queue many times in a row. */
let last: Queue | undefined;

function parse(url: string): Queue {
  const [path = ''] = url.split(/[?#]/);
  const name = path.split('/').findLast((part) => part !== '') ?? url;
  return { url, name, fifo: name.endsWith('.fifo') };
}

/** `arn:{partition}:sqs:{region}:{account}:{name}` */
const ARN = /^arn:(aws[\w-]*):sqs:([\w-]+):(\d+):([\w-]+(?:\.fifo)?)$/;

/** The queue of an ARN. Any other text is read as a name. */
export function queueOfArn(arn: unknown): Queue {
  if (typeof arn !== 'string' || arn === '') return unknownQueue;
  if (lastArn?.arn === arn) return lastArn.queue;
  const [, partition, region, account, name] = ARN.exec(arn) ?? [];
  const domain = partition === 'aws-cn' ? 'amazonaws.com.cn' : 'amazonaws.com';
  const queue =
    name === undefined
      ? { url: undefined, name: arn.slice(arn.lastIndexOf(':') + 1) || arn, fifo: arn.endsWith('.fifo') }
      : { url: `https://sqs.${region}.${domain}/${account}/${name}`, name, fifo: name.endsWith('.fifo') };
  lastArn = { arn, queue };
  return queue;
}

/** The messages of an event come from one queue. */
let lastArn: { readonly arn: string; readonly queue: Queue } | undefined;

const unknownQueue: Queue = { url: undefined, name: 'unknown', fifo: false };

/** The members that every call to this queue has in common. */
export function addressOf({ url, name }: Queue): {
  readonly destination: string;
  readonly queueKey: string;
  describe(attributes: Attributes): void;
} {
  return {
    destination: name,
    queueKey: name,
    describe(attributes) {
      if (url !== undefined) attributes[sqsAttribute.queueUrl] = url;
    },
  };
}
