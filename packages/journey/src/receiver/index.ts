export { type LiveLimits, LiveSpans } from './live-spans.ts';
export { type OtlpReceiver, type ReceiverOptions, startOtlpReceiver } from './otlp-receiver.ts';
