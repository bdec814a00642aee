import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** Waybill's packages, of this revision or of another one. */
export interface Packages {
  readonly core: typeof import('@waybill/core');
  readonly amqplib: typeof import('@waybill/amqplib');
  readonly bullmq: typeof import('@waybill/bullmq');
  readonly kafkajs: typeof import('@waybill/kafkajs');
  readonly sqs: typeof import('@waybill/sqs');
}

/** Loads the sources of the packages below this directory. Default: those of this repository. */
export async function loadPackages(root: string = join(import.meta.dirname, '../../..')): Promise<Packages> {
  const load = (name: string) => import(pathToFileURL(join(root, 'packages', name, 'src/index.ts')).href);
  const [core, amqplib, bullmq, kafkajs, sqs] = await Promise.all(
    ['core', 'amqplib', 'bullmq', 'kafkajs', 'sqs'].map(load),
  );
  return { core, amqplib, bullmq, kafkajs, sqs };
}
