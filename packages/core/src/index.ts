export type { WaybillErrorCode } from './codes.ts';
export { WaybillError } from './ground/waybill-error.ts';
export { JourneySpanProcessor } from './journey-span-processor.ts';
export type { Middleware, MiddlewareCall } from './middleware/middleware.ts';
export type {
  ConsumeExplanation,
  ExplainOptions,
  PolicyExplanation,
  PublishExplanation,
} from './operations/explain/explanation.ts';
export { processMessage } from './operations/process/process-message.ts';
export {
  type ProcessMessagesOptions,
  processMessages,
  settleMessages,
} from './operations/process/process-messages.ts';
export type { Duration } from './policy/duration.ts';
export type {
  BaggageRule,
  CarrierRule,
  QueueRule,
  Relation,
  RelationFunction,
  RequestedRelation,
  WaybillPolicy,
} from './policy/policy.ts';
export type { PolicyMistake } from './policy/policy-mistakes.ts';
export type { PolicyListener, PolicySource } from './policy/policy-source.ts';
export { validatePolicy } from './policy/validate-policy.ts';
export type {
  HeaderCarrier,
  HeaderItem,
  HeaderRefusal,
  HeaderValue,
  MessageHeaders,
  ReadableHeaders,
} from './seam/headers.ts';
export type { MessageView, OutgoingMessageView } from './seam/message-view.ts';
export { createWaybill } from './waybill/create-waybill.ts';
export type { WaybillOptions } from './waybill/options.ts';
export type { PublishWithOptions, Waybill } from './waybill/waybill.ts';
