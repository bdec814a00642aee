// An application of ES modules that gets an adapter through a CommonJS library: two copies of core in one process.
import { createRequire } from 'node:module';
import * as awsSqs from '@aws-sdk/client-sqs';
import * as api from '@opentelemetry/api';
import * as contextAsyncHooks from '@opentelemetry/context-async-hooks';
import * as core from '@waybill/core';
import * as sdk from 'sdk';
import { exchange } from './exchange.cjs';

const sqs = createRequire(import.meta.url)('@waybill/sqs');

console.log(JSON.stringify(await exchange({ api, sdk, contextAsyncHooks, awsSqs, core, sqs })));
