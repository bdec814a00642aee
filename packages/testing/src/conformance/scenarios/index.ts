import type { Scenario } from '../scenario.ts';
import { aBatchLinksToEveryMessage } from './a-batch-links-to-every-message.ts';
import { aCreationContextIsKept } from './a-creation-context-is-kept.ts';
import { aForwardedMessageGoesOn } from './a-forwarded-message-goes-on.ts';
import { aPublishThatFails } from './a-publish-that-fails.ts';
import { aRedeliveryLinksToTheAttemptBefore } from './a-redelivery-links-to-the-attempt-before.ts';
import {
  ambientInAnUnsampledSpanIsUnsampled,
  ambientIsAChildOfTheActiveSpan,
  ambientWithoutASpanIsARootThatLinks,
} from './ambient-relation.ts';
import { anErrorOfTheHandler } from './an-error-of-the-handler.ts';
import { foreignHeadersSurvive } from './foreign-headers-survive.ts';
import { handlersOfEveryKind } from './handlers-of-every-kind.ts';
import { lateBecomesARootThatLinks } from './late-becomes-a-root-that-links.ts';
import { malformedHeadersStartANewTrace } from './malformed-headers-start-a-new-trace.ts';
import { manyMessagesDoNotMix } from './many-messages-do-not-mix.ts';
import { metricsAreRecorded } from './metrics-are-recorded.ts';
import { middlewareRunsInOrder } from './middleware-runs-in-order.ts';
import { nothingStaysAttached } from './nothing-stays-attached.ts';
import { objectsOfTheCallerStayAsTheyAre } from './objects-of-the-caller-stay-as-they-are.ts';
import { oneJourneyOverThreeHops } from './one-journey-over-three-hops.ts';
import { oneObjectSentTwice } from './one-object-sent-twice.ts';
import {
  whatIsThereIsNotReadWithoutPropagation,
  withoutPropagationNothingCrosses,
  withoutSpansTheContextFlows,
} from './rules-about-spans.ts';
import { sampledOffStaysOff } from './sampled-off-stays-off.ts';
import { telemetryThatThrows } from './telemetry-that-throws.ts';
import { theContextOfTheStartUpStaysOut } from './the-context-of-the-start-up-stays-out.ts';
import { theRuleOfAQueueWins } from './the-rule-of-a-queue-wins.ts';
import { theW3cTablesThroughTheCarrier } from './the-w3c-tables-through-the-carrier.ts';
import { traceAndBaggageCrossTheQueue } from './trace-and-baggage-cross-the-queue.ts';
import { withoutAnSdkNothingChanges } from './without-an-sdk-nothing-changes.ts';
import { withoutHeadersANewTrace } from './without-headers-a-new-trace.ts';

/** The law: what every adapter has to do, in the order in which it is told. */
export const scenarios: readonly Scenario[] = [
  traceAndBaggageCrossTheQueue,
  lateBecomesARootThatLinks,
  theRuleOfAQueueWins,
  ambientIsAChildOfTheActiveSpan,
  ambientWithoutASpanIsARootThatLinks,
  ambientInAnUnsampledSpanIsUnsampled,
  withoutSpansTheContextFlows,
  withoutPropagationNothingCrosses,
  whatIsThereIsNotReadWithoutPropagation,
  oneJourneyOverThreeHops,
  withoutHeadersANewTrace,
  malformedHeadersStartANewTrace,
  theW3cTablesThroughTheCarrier,
  foreignHeadersSurvive,
  aCreationContextIsKept,
  aForwardedMessageGoesOn,
  objectsOfTheCallerStayAsTheyAre,
  oneObjectSentTwice,
  handlersOfEveryKind,
  anErrorOfTheHandler,
  aRedeliveryLinksToTheAttemptBefore,
  manyMessagesDoNotMix,
  nothingStaysAttached,
  theContextOfTheStartUpStaysOut,
  aBatchLinksToEveryMessage,
  middlewareRunsInOrder,
  aPublishThatFails,
  telemetryThatThrows,
  withoutAnSdkNothingChanges,
  sampledOffStaysOff,
  metricsAreRecorded,
];
