export { InjectWaybill, WAYBILL, WaybillModule, type WaybillModuleOptions } from './waybill-module.ts';
