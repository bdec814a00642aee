export { type CheckedPolicyFile, checkPolicyFile, type PolicyFileMistake } from './check-policy-file.ts';
export { loadPolicy } from './load-policy.ts';
export { type PolicyFromFileOptions, policyFromFile } from './policy-from-file.ts';
