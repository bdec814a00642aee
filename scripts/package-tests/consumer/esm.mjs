import * as api from '@opentelemetry/api';
import * as contextAsyncHooks from '@opentelemetry/context-async-hooks';
import * as core from '@waybill/core';
import * as adapter from '@waybill/core/adapter';
import * as sdk from 'sdk';
import { exchange } from './exchange.cjs';

console.log(JSON.stringify(await exchange({ api, sdk, contextAsyncHooks, core, adapter })));
