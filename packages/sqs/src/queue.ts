import type { Attributes } from '@opentelemetry/api';
import { sqsAttribute } from './adapter-info.ts';

/** A queue as its URL or its ARN tells. */
export interface Queue {
  /** `undefined` where it is not known. */
  readonly url: string | undefined;

  /** The last part of the URL's path or of the ARN, which is how people call the queue. */
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

/** `arn:{partition}:sqs:{region}:{account}:{name}` */
const ARN = /^arn:(aws[\w-]*):sqs:([\w-]+):(\d+):([\w-]+(?:\.fifo)?)$/;

/** The queue of an ARN. One that is none is taken for a name. */
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
      if (url !== undefined) attributes[sqsAttribute.queueUrl] = url;
    },
  };
}
