import { DEFAULT_GROUP, type HubDefinition } from './hub.ts';

const MAX_PARTITIONS = 1024;
/** Letters, digits, periods, hyphens, underscores and slashes, 256 at most; letters or digits at both ends. */
const hubName = /^[a-z0-9]$|^[a-z0-9][\w.\-/]{0,254}[a-z0-9]$/i;
const groupName = /^[a-z0-9][\w.-]{0,49}$/i;

/** Everything that is wrong with the hubs, one sentence each. */
export function hubProblems(hubs: readonly HubDefinition[]): string[] {
  const problems = hubs.flatMap(problemsOf);
  const names = hubs.map(({ name }) => name.toLowerCase());
  const doubles = new Set(names.filter((name, index) => names.indexOf(name) !== index));
  return [...problems, ...[...doubles].map((name) => `the hub '${name}' is given twice`)];
}

function problemsOf({ name, partitions, consumerGroups = [] }: HubDefinition): string[] {
  const problems: string[] = [];
  if (!hubName.test(name)) {
    problems.push(
      `'${name}' is no hub name: letters, digits and . - _ / only, a letter or digit at both ends`,
    );
  }
  if (!Number.isInteger(partitions) || partitions < 1 || partitions > MAX_PARTITIONS) {
    problems.push(
      `the hub '${name}' has ${Number.isNaN(partitions) ? 'no number of' : partitions} partitions; give 1 to ${MAX_PARTITIONS} of them`,
    );
  }
  for (const group of consumerGroups === 'any' ? [] : consumerGroups) {
    if (group.toLowerCase() === DEFAULT_GROUP.toLowerCase()) {
      problems.push(`the hub '${name}' lists ${DEFAULT_GROUP}, which always exists; leave it out`);
    } else if (!groupName.test(group)) {
      problems.push(
        `'${group}' of the hub '${name}' is no group name: letters, digits and . - _ only, 50 at most`,
      );
    }
  }
  return problems;
}
