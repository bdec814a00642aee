import workerThreads from 'node:worker_threads';
import { hookEsModules, isSupportedNode } from './hook-es-modules.ts';
import { type Jest, replaceInJest } from './replace-in-jest.ts';
import { reportBundled } from './report-bundled.ts';
import { WaybillInstrumentation } from './waybill-instrumentation.ts';

// Node.js before 22.14 has no isInternalThread, and would not load what names it in an import.
const { isInternalThread, isMainThread } = workerThreads;

/** Whether a copy of this package, ES module or CommonJS, has been registered in this process. */
const registered: symbol = Symbol.for('waybill.auto-registered');

// Of the modules that it loads, Jest gives it to those in CommonJS.
declare const jest: Jest | undefined;

// Node.js preloads modules also in the thread that its hooks for ES modules run in, where there is nothing to trace.
if (!isInternalThread && !Reflect.has(globalThis, registered)) {
  Object.defineProperty(globalThis, registered, { value: true });
  if (!isSupportedNode()) {
    const text = `@waybill/auto needs Node.js 22.15 or later, and this is ${process.versions.node}. No client is traced.`;
    process.emitWarning(text, { type: 'WaybillWarning', code: 'WAYBILL_AUTO_NODE_VERSION' });
  } else if (typeof jest === 'undefined') {
    hookEsModules();
    new WaybillInstrumentation();
    // When an SDK that is loaded after this has set its logger.
    if (isMainThread) setImmediate(reportBundled).unref();
  } else {
    replaceInJest(jest);
  }
}
