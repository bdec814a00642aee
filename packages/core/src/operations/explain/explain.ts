import { propagation, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { MemoryBudget } from '../../ground/memory-budget.ts';
import { Attempts } from '../../history/attempts.ts';
import { decidingCriterion, type PolicyResolver, type RuleEntry } from '../../policy/policy-resolver.ts';
import type { RuleCodecs } from '../../propagation/codec/rule-codecs.ts';
import { inject } from '../../propagation/inject.ts';
import { MessageContext } from '../../propagation/message-context.ts';
import { nameTemplateOf, QueueTelemetry } from '../../queue-telemetry.ts';
import type { AdapterInfo } from '../../seam/instrumenter.ts';
import { parentOf } from '../process/parent-and-links.ts';
import { readAndDecide } from '../process/start-message.ts';
import type {
  ConsumeExplanation,
  ExplainOptions,
  PolicyExplanation,
  PublishExplanation,
} from './explanation.ts';
import { summarizeConsume, summarizePublish } from './summary.ts';
import { activeSpan, now, senderSpan, supposedIncoming, supposedOutgoing } from './supposed-message.ts';

/** What a message is decided on here: nothing was handled before, and failures of relation functions are told by the reason. */
const decider = {
  attempts: new Attempts(new MemoryBudget(65_536)),
  clock: () => now,
  reporter: { report: () => undefined },
};

/** Explains what a policy does with the messages of a queue: it sends and handles one that is supposed, as any is. */
export function explain(
  policy: PolicyResolver,
  codecs: RuleCodecs,
  system: string | undefined,
  queue: string,
  options: ExplainOptions,
): PolicyExplanation {
  const rule = policy.ruleFor(system ?? '', queue);
  const known = new QueueTelemetry(
    {
      adapter: explaining,
      destination: queue,
      queueKey: queue,
      rule,
      codec: codecs.of(rule),
      reportProblem: () => undefined,
      nameTemplate: nameTemplateOf(rule, queue, queue),
      sharedMetrics: undefined,
    },
    () => undefined,
  );
  const sent = sendingContext(options);
  return {
    system,
    queue,
    enabled: policy.enabled,
    rule: rule.pattern,
    others: othersOf(policy, system, queue),
    destination: nameTemplateOf(rule, queue, queue) ?? queue,
    publish: explainPublish(known, sent, options),
    consume: explainConsume(known, sent, options),
  };
}

const explaining: AdapterInfo = {
  name: 'waybill.explain',
  version: '',
  system: '',
  operations: { send: 'send', receive: 'receive', process: 'process' },
};

/** The context that is active where a message is sent. */
function sendingContext(options: ExplainOptions): MessageContext {
  const entries = (options.baggage ?? []).map((key) => [key, { value: '1' }] as const);
  const baggage = propagation.createBaggage(Object.fromEntries(entries));
  const around = entries.length === 0 ? ROOT_CONTEXT : propagation.setBaggage(ROOT_CONTEXT, baggage);
  return MessageContext.of(trace.setSpanContext(around, senderSpan(options)));
}

function explainPublish(
  queue: QueueTelemetry,
  context: MessageContext,
  options: ExplainOptions,
): PublishExplanation {
  const { rule, codec, reportProblem } = queue;
  const message = supposedOutgoing(queue.queueKey);
  inject(message, queue, context, senderSpan(options), now);
  const span = queue.makesSpan(context.span);
  const headers = [...message.headers.names()];
  const baggage = baggageIn(
    codec.extract(message, ROOT_CONTEXT, { ...rule, accepts: undefined }, reportProblem).context,
  );
  return { span, headers, baggage, summary: summarizePublish(span, headers, baggage, options) };
}

function explainConsume(
  queue: QueueTelemetry,
  sent: MessageContext,
  options: ExplainOptions,
): ConsumeExplanation {
  const message = supposedIncoming(queue.queueKey, queue.codec, sent, options);
  const active = MessageContext.of(
    options.inSpan ? trace.setSpanContext(ROOT_CONTEXT, activeSpan(options)) : ROOT_CONTEXT,
  );
  const decision = readAndDecide(decider, message, queue, active);
  const { input, relation, reason, age, linkAfter } = decision;
  const parent = parentOf(decision, active.span);
  const span = queue.makesSpan(parent);
  const inTrace = relation === 'parent' ? 'message' : 'active';
  const explained = {
    span,
    relation,
    reason,
    age,
    linkAfter,
    trace: parent === undefined ? (span ? 'new' : 'none') : inTrace,
    link: span && input.spanContext !== undefined && (relation === 'link' || relation === 'ambient'),
    journey: queue.rule.trust === 'trusted' && input.journeyId !== undefined,
    baggage: baggageIn(input.context),
  } as const;
  return { ...explained, summary: summarizeConsume(explained, queue.rule) };
}

function baggageIn(context: Parameters<typeof propagation.getBaggage>[0]): string[] {
  return (
    propagation
      .getBaggage(context)
      ?.getAllEntries()
      .map(([key]) => key) ?? []
  );
}

/** What each criterion of a pattern's specificity says of the one that is closer. */
const criteria = [
  'is an exact name',
  'has more literal characters',
  'names the messaging system',
  'has fewer stars',
  'has fewer question marks',
];

function othersOf(
  policy: PolicyResolver,
  system: string | undefined,
  queue: string,
): PolicyExplanation['others'] {
  const [winner, ...others] = policy.matching(system ?? '', queue);
  if (winner === undefined) return [];
  const name = JSON.stringify(winner.rule.pattern);
  const beaten = others.map((other: RuleEntry) => {
    const criterion = decidingCriterion(winner.pattern, other.pattern);
    const because = criterion === undefined ? 'stands before it' : criteria[criterion];
    return { rule: other.rule.pattern, because: `${name} ${because}` };
  });
  const { pattern } = policy.defaultRule;
  return [
    ...beaten,
    { rule: pattern, because: `${name} matches, and the default holds only where no rule does` },
  ];
}
