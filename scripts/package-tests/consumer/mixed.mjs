// An application of ES modules that gets its adapter through a CommonJS library: two copies of core in one process.
import { createRequire } from 'node:module';
import * as api from '@opentelemetry/api';
import * as contextAsyncHooks from '@opentelemetry/context-async-hooks';
import * as core from '@waybill/core';
import * as sdk from 'sdk';
import { exchange } from './exchange.cjs';

const adapter = createRequire(import.meta.url)('@waybill/core/adapter');

console.log(JSON.stringify(await exchange({ api, sdk, contextAsyncHooks, core, adapter })));
