import { gateGroups } from './groups/gate-groups.ts';
import { allGroups, type RunSettings } from './groups/index.ts';

/** What a process of a group is told. */
export interface ChildTask {
  readonly group: string;
  readonly settings: RunSettings;

  /** The variant that the process is for, where each has its own. */
  readonly variant?: string;
}

/** Measures one group in this process and sends what it measured to the parent. */
const { group: name, settings, variant } = JSON.parse(process.argv[2] ?? '{}') as ChildTask;
const group = [...allGroups(settings), ...gateGroups].find((other) => other.name === name);
if (group === undefined) throw new Error(`There is no group ${name}.`);
process.send?.(await group.measure(variant), () => process.exit(0));
