import { allGroups, type BrokerUrls } from './groups/index.ts';

/** Runs one group in this process and tells the parent what it measured. */
const {
  group: name,
  quick,
  urls,
} = JSON.parse(process.argv[2] ?? '{}') as {
  readonly group: string;
  readonly quick: boolean;
  readonly urls: BrokerUrls;
};
const group = allGroups(quick, urls).find((other) => other.name === name);
if (group === undefined) throw new Error(`There is no group ${name}.`);
process.send?.(await group.measure(), () => process.exit(0));
