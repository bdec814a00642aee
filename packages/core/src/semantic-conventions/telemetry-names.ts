/**
 * The names that the spans, links and metrics of every adapter carry, in one place. Those of one broker are declared by its adapter.
 *
 * Those of OpenTelemetry are the messaging semantic conventions 1.45 (status: development), copied because their package
 * keeps unstable names out of its stable entry point. Those that begin with `waybill.` are ours.
 */
export const attribute = {
  /** Semantic conventions 1.45, messaging attributes. */
  systemName: 'messaging.system.name',
  /** The name of {@link systemName} before 1.45; backends still key on it. */
  system: 'messaging.system',
  operationName: 'messaging.operation.name',
  operationType: 'messaging.operation.type',
  destinationName: 'messaging.destination.name',
  destinationTemplate: 'messaging.destination.template',
  destinationAnonymous: 'messaging.destination.anonymous',
  destinationTemporary: 'messaging.destination.temporary',
  destinationPartitionId: 'messaging.destination.partition.id',
  consumerGroupName: 'messaging.consumer.group.name',
  messageId: 'messaging.message.id',
  conversationId: 'messaging.message.conversation_id',
  batchMessageCount: 'messaging.batch.message_count',
  errorType: 'error.type',

  /** How the span relates to the message's trace: `parent`, `link`, `ambient` or `none`. */
  relation: 'waybill.relation',
  /** The reason of the relation. */
  relationReason: 'waybill.relation.reason',
  /** The name or pattern of the policy's rule that held; `(default)` where none matched. */
  relationRule: 'waybill.relation.rule',
  /** The age up to which the span would have been a child, in s, where the age decided. */
  relationLinkAfter: 'waybill.relation.link_after',
  /** How long ago the message was published, in s. */
  messageAge: 'waybill.message.age',
  /** Where the publish time came from. */
  messageAgeSource: 'waybill.message.age.source',
  /** How long the sender wanted the message to wait, in s. */
  messageDelay: 'waybill.message.delay',
  /** Which delivery of the message this is, from 1. */
  messageAttempt: 'waybill.message.attempt',
  /** The trace id of the first trace of the chain that the message belongs to. */
  journeyId: 'waybill.journey.id',
  /** What becomes of a message that was not handled: `deferred`, `retry`, `failed`, `dead-lettered` or `unsettled`. */
  messageOutcome: 'waybill.message.outcome',
  /**
   * What a link leads to: `creation`, `ambient`, `previous-attempt`, `previous-run`, `dependent` (what waits for this),
   * `dependency` (what this waited for) or `processing`.
   */
  linkTo: 'waybill.link.to',
  /** Whether the sender that a link leads to is not trusted. Absent where it is. */
  linkUntrusted: 'waybill.link.untrusted',
  /** How many messages of a batch have no link, because a span takes 128. */
  batchUnlinked: 'waybill.batch.unlinked_messages',
  /** The consume middleware that did not call `next()`, so that the handler did not run. */
  skippedBy: 'waybill.skipped_by',
  /** Why the message was dead-lettered before it came here. */
  deadLetterReason: 'waybill.dead_letter.reason',
  /** The queue that it was dead-lettered from. */
  deadLetterQueue: 'waybill.dead_letter.queue',
  /** How often. */
  deadLetterCount: 'waybill.dead_letter.count',
  /** Why the broker returned a message to its sender. */
  returnReason: 'waybill.return.reason',
  /** What became of a new policy: `applied` or `refused`. */
  policyResult: 'waybill.policy.result',
  /** Which header of the carrier a rejection is about. */
  carrierHeader: 'waybill.carrier.header',
  /** Why a carrier, or a part of it, was rejected. */
  carrierReason: 'waybill.carrier.reason',
} as const;

/** Values of `messaging.operation.type`, semantic conventions 1.45. */
export type OperationType = 'create' | 'send' | 'receive' | 'process' | 'settle';

/** Names of events on spans. */
export const event = {
  /** The broker returned a message to its sender, because it could not be routed to any queue. */
  returned: 'waybill.message.returned',
} as const;

/** Names of metrics. */
export const metric = {
  /** Histogram, s. Semantic conventions 1.45, messaging metrics: everything a client does but processing. */
  operationDuration: 'messaging.client.operation.duration',
  /** Counter of messages that the client tried to send. */
  sentMessages: 'messaging.client.sent.messages',
  /** Counter of messages that were delivered, once a delivery. */
  consumedMessages: 'messaging.client.consumed.messages',
  /** Histogram, s. */
  processDuration: 'messaging.process.duration',
  /** Histogram, s: how old messages were when their handling began. */
  messageAge: 'waybill.message.age',
  /** Counter of what was malformed, over a limit or dropped. */
  carrierRejected: 'waybill.carrier.rejected',
  /** Counter of policies that took the place of another while the process ran, or were refused. */
  policyChanges: 'waybill.policy.changes',
  /** Never exported: it has no observations, and only tells when metrics are collected. */
  collection: 'waybill.collection',
} as const;

/** Bucket boundaries in s that the conventions give for durations. */
export const durationBuckets: number[] = [
  0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10,
];

/** Bucket boundaries in s for the age of messages, from 5 ms to 7 days. */
export const ageBuckets: number[] = [
  0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 3_600, 14_400, 43_200, 86_400,
  259_200, 604_800,
];
