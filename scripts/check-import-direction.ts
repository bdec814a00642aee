import { readRepository } from './repository-rules/read-repository.ts';
import { rules } from './repository-rules/rules.ts';
import { formatViolation } from './repository-rules/violation.ts';

const repository = readRepository(process.cwd());
const violations = rules.flatMap((rule) => rule(repository));

for (const violation of violations) console.error(`${formatViolation(violation)}\n`);
console.log(
  violations.length === 0
    ? `${repository.files.length} files keep the repository's ${rules.length} rules.`
    : `${violations.length} violations in ${repository.files.length} files.`,
);
process.exitCode = violations.length === 0 ? 0 : 1;
