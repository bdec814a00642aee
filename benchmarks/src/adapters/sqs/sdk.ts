import { createRequire } from 'node:module';
import type { Message, SendMessageCommandInput } from '@aws-sdk/client-sqs';

export type Sdk = typeof import('@aws-sdk/client-sqs');
export type Send = (input: SendMessageCommandInput) => Promise<unknown>;
export type Handle = (message: Message) => Promise<void>;

const require = createRequire(import.meta.url);
let shared: Sdk | undefined;

/** The copy of the AWS SDK that nobody patches. */
export function bareSdk(): Sdk {
  shared ??= require('@aws-sdk/client-sqs') as Sdk;
  return shared;
}

/** Another copy, loaded now: an instrumentation patches modules as they load. */
export function anotherSdk(): Sdk {
  bareSdk();
  for (const path of Object.keys(require.cache)) {
    if (/[\\/](@aws-sdk|@smithy)[\\/]/.test(path)) delete require.cache[path];
  }
  return require('@aws-sdk/client-sqs') as Sdk;
}
