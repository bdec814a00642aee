export interface Violation {
  readonly file: string;
  readonly rule: string;
  readonly problem: string;
  readonly fix: string;
}

export function formatViolation({ file, rule, problem, fix }: Violation): string {
  return `${file}\n  ${rule}: ${problem}\n  Fix: ${fix}`;
}
