export { answerOf, type Settle } from './adapter-tools/answer-of.ts';
export { BaseIncomingMessage, epochMs } from './adapter-tools/base-incoming-message.ts';
export { BaseMessage } from './adapter-tools/base-message.ts';
export { copyWith } from './adapter-tools/copy-with.ts';
export { DeliveryTracker, type EndOn, type TrackedMessage } from './adapter-tools/delivery-tracker.ts';
export {
  anyFormat,
  type HeaderFormat,
  HeaderReader,
  HeaderRecord,
  plainFormat,
} from './adapter-tools/header-record.ts';
export { instrumenterOf } from './adapter-tools/instrumenter-of.ts';
export { jsonObject } from './adapter-tools/json-object.ts';
export { LimitedMap, perObject } from './adapter-tools/object-memory.ts';
export { onceClosed } from './adapter-tools/once-closed.ts';
export { type CallOf, overridePublish } from './adapter-tools/override-publish.ts';
export { PublishTracker } from './adapter-tools/publish-tracker.ts';
export { runHandler } from './adapter-tools/run-handler.ts';
export { traceIterator } from './adapter-tools/trace-iterator.ts';
export {
  isTraced,
  markTraced,
  overrideMethod,
  reportBypassed,
  type Traceable,
  traceInner,
  traceOnce,
} from './adapter-tools/trace-once.ts';
export { copySignature, wrapFunction } from './adapter-tools/wrap-function.ts';
export { reportFailure } from './diag.ts';
export type { Diagnostic } from './diagnostics/diagnostic.ts';
export { activeContext, runIn } from './ground/run-in.ts';
export { type Failure, isThenable } from './ground/settled.ts';
export { WaybillError } from './ground/waybill-error.ts';
export { checkFunction, describeGiven, wrongUse } from './ground/wrong-use.ts';
export { processMessage } from './operations/process/process-message.ts';
export {
  type ProcessMessagesOptions,
  processMessages,
  settleMessages,
} from './operations/process/process-messages.ts';
export { waybillIdentity } from './propagation/codec/waybill-header.ts';
export { creationIdentity, isOwnContext, journeyOfCreation } from './propagation/creation-identity.ts';
export type {
  CommandCall,
  OpenReceive,
  PublishCall,
  PublishNote,
  PublishOutcome,
  ReceiveCall,
  ReceiveQuestion,
  SettleCall,
} from './seam/calls.ts';
export type { Delivery, HandlingOutcome } from './seam/delivery.ts';
export type {
  HeaderCarrier,
  HeaderItem,
  HeaderRefusal,
  HeaderValue,
  MessageHeaders,
  ReadableHeaders,
} from './seam/headers.ts';
export type {
  Attempt,
  AttemptLog,
  CarrierFault,
  FlowPlace,
  IncomingMessage,
} from './seam/incoming-message.ts';
export type {
  AdapterInfo,
  BoundCallbacks,
  Instrumenter,
  OpenDelivery,
  RememberedMessages,
} from './seam/instrumenter.ts';
export type { MessageView, OutgoingMessageView } from './seam/message-view.ts';
export type { OutgoingMessage } from './seam/outgoing-message.ts';
export { attribute, event, metric } from './semantic-conventions/telemetry-names.ts';
export { noteFailure } from './spans/noted-failures.ts';
export { misuseDetectorOf, type Waybill } from './waybill/waybill.ts';
