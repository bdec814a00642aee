import * as awsSqs from '@aws-sdk/client-sqs';
import * as api from '@opentelemetry/api';
import * as contextAsyncHooks from '@opentelemetry/context-async-hooks';
import * as core from '@waybill/core';
import * as sqs from '@waybill/sqs';
import * as sdk from 'sdk';
import { exchange } from './exchange.cjs';

console.log(JSON.stringify(await exchange({ api, sdk, contextAsyncHooks, awsSqs, core, sqs })));
