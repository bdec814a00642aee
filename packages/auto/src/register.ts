import { hookEsModules } from './hook-es-modules.ts';
import { WaybillInstrumentation } from './waybill-instrumentation.ts';

/** Whether a copy of this package, ES module or CommonJS, has been registered in this process. */
const registered: symbol = Symbol.for('waybill.auto-registered');

if (!Reflect.has(globalThis, registered)) {
  Object.defineProperty(globalThis, registered, { value: true });
  hookEsModules();
  new WaybillInstrumentation();
}
