import type { Attributes } from '@opentelemetry/api';

/** The attributes of the spans that Waybill makes for one message. */
export interface MessageSpans {
  readonly publish: Attributes;
  readonly process: Attributes;
}

/** The attributes of the publish span that are known before the message has a trace and an id. */
export function publishAttributesAtStart({ publish }: MessageSpans): Attributes {
  const { 'waybill.journey.id': _journey, 'messaging.message.id': _id, ...known } = publish;
  return known;
}
