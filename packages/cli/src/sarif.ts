import type { Diagnosis, Finding, FindingRule } from '@waybill/journey/doctor';

const page = 'https://github.com/waybill-js/waybill/blob/main/docs/doctor.md';

const summaries: Readonly<Record<FindingRule, string>> = {
  'lost-context': 'A message began a trace without a link, though its queue has senders.',
  'wrong-parent': 'A message became a child of a span that did not send it.',
  'dead-link': 'A message leads to a sender that is not there.',
  'cut-links': 'A span has lost links.',
  'late-child': 'A message stayed in the trace of its sender after a long wait.',
  'endless-trace': 'One trace goes on from message to message, or from attempt to attempt.',
  'self-feeding-consumer': 'Handling a message sends the next one to the same queue, in one trace.',
  'one-sided-queue': 'A queue is only sent to, or only consumed from.',
  'doubled-span': 'Two instrumentations make a span for one step.',
  'shared-context': 'Many messages carry the context of one send.',
  'unlinked-retry': 'A later delivery has no link to the one before.',
  'clock-skew': 'Two clocks cannot both be right.',
  'mixed-names': 'One queue is told in different names.',
};

/** All that there may be. */
export const findingRules: readonly string[] = Object.keys(summaries);

/**
 * Findings as a log of SARIF 2.1.0 (OASIS), one run with one result for each.
 *
 * @param file the file that the spans are of, as a location that tools for code show.
 */
export function sarifOf({ findings }: Diagnosis, file: string | undefined): unknown {
  const rules = [...new Set(findings.map(({ rule }) => rule))];
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'waybill doctor',
            informationUri: page,
            rules: rules.map((id) => ({
              id,
              shortDescription: { text: summaries[id] },
              helpUri: `${page}#${id}`,
            })),
          },
        },
        results: findings.map((finding) => resultOf(finding, rules, file)),
      },
    ],
  };
}

function resultOf(finding: Finding, rules: readonly FindingRule[], file: string | undefined): unknown {
  const { rule, level, queue, services, message, fix, count, evidence } = finding;
  const logical = queue ?? services.join(', ');
  return {
    ruleId: rule,
    ruleIndex: rules.indexOf(rule),
    level,
    message: { text: `${message} ${fix}` },
    locations: [
      {
        ...(file !== undefined && { physicalLocation: { artifactLocation: { uri: encodeURI(file) } } }),
        logicalLocations: [{ fullyQualifiedName: logical === '' ? rule : logical, kind: 'resource' }],
      },
    ],
    partialFingerprints: { finding: `${rule} ${logical}` },
    properties: { count, services, evidence },
  };
}
