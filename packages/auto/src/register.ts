import { isMainThread } from 'node:worker_threads';
import { hookEsModules } from './hook-es-modules.ts';
import { type Jest, replaceInJest } from './replace-in-jest.ts';
import { reportBundled } from './report-bundled.ts';
import { WaybillInstrumentation } from './waybill-instrumentation.ts';

/** Whether a copy of this package, ES module or CommonJS, has been registered in this process. */
const registered: symbol = Symbol.for('waybill.auto-registered');

// Of the modules that it loads, Jest gives it to those in CommonJS.
declare const jest: Jest | undefined;

if (!Reflect.has(globalThis, registered)) {
  Object.defineProperty(globalThis, registered, { value: true });
  if (typeof jest === 'undefined') {
    hookEsModules();
    new WaybillInstrumentation();
    // When an SDK that is loaded after this has set its logger.
    if (isMainThread) setImmediate(reportBundled).unref();
  } else {
    replaceInJest(jest);
  }
}
