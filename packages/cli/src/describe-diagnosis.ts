import { safeText } from '@waybill/journey';
import { type Diagnosis, type Finding, policyOf } from '@waybill/journey/doctor';

/** All that was found, as text for a person. `from` is where the spans are from. */
export function describeDiagnosis(diagnosis: Diagnosis, from: string): string {
  const { findings, spans, messages } = diagnosis;
  const seen = `${from}: spans: ${spans}, messages from a sender to a handling: ${messages}`;
  if (spans === 0) return `${seen}. There is nothing to look at.`;
  if (findings.length === 0) return `${seen}. Nothing was found.`;
  const proposed =
    diagnosis.proposedRules.length === 0 ? [] : ['', 'Proposed rules:', '', policyText(diagnosis)];
  const told = [...Map.groupBy(findings, ({ level, rule }) => `${level} ${rule}`)].flatMap(
    ([title, group]) => [
      ...group.slice(0, mostOfOneRule).flatMap((finding) => ['', ...findingLines(finding)]),
      ...(group.length > mostOfOneRule
        ? ['', title, `  ${group.length - mostOfOneRule} more. --json tells all of them.`]
        : []),
    ],
  );
  return [seen, ...told, ...proposed].join('\n');
}

/** How many findings of one rule are told in full: queues of replies come by the thousand. */
const mostOfOneRule = 20;

function findingLines({ level, rule, message, fix, services, evidence }: Finding): string[] {
  return [
    `${level} ${rule}`,
    `  ${safeText(message)}`,
    `  Fix: ${fix}`,
    ...(services.length === 0 ? [] : [`  Services: ${safeText(services.join(', '))}`]),
    ...evidence.map(
      ({ traceId, spanId, name }) => `  See trace ${traceId}, span ${spanId} ${safeText(name)}`,
    ),
  ];
}

/** The proposed rules as a policy file. */
export function policyText({ proposedRules }: Diagnosis): string {
  return proposedRules.length === 0
    ? '# No rule is proposed: no message was late in the trace of its sender.'
    : policyOf(proposedRules).trimEnd();
}
