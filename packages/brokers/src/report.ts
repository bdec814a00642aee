/** Says on stderr what is being done: a first start takes minutes, and whoever waits should know why. */
export function report(step: string): void {
  process.stderr.write(`brokers: ${step}\n`);
}
