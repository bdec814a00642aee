export { WaybillInstrumentation, type WaybillInstrumentationConfig } from './waybill-instrumentation.ts';
