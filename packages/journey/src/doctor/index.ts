export { type DiagnoseOptions, type Diagnosis, diagnoseSpans } from './diagnose-spans.ts';
export type { Evidence, Finding, FindingLevel, FindingRule } from './finding.ts';
export { type ProposedRule, policyOf } from './propose-rules.ts';
