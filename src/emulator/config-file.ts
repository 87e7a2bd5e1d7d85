import { readFile } from 'node:fs/promises';
import { InvalidConfigError } from '../core/index.ts';
import type { HubDefinition } from './hub.ts';
import { hubProblems } from './hub-problems.ts';

/**
 * Hubs of a `Config.json` of the official emulator: `UserConfig.NamespaceConfig[0].Entities`. Other settings are passed over.
 *
 * @throws InvalidConfigError with all problems at once, also when the file cannot be read.
 */
export async function readConfigFile(path: string): Promise<readonly HubDefinition[]> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    throw new InvalidConfigError(`emulator configuration '${path}'`, [
      `the file cannot be read (${(error as NodeJS.ErrnoException).code})`,
    ]);
  }
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new InvalidConfigError(`emulator configuration '${path}'`, [
      `the file is no JSON (${(error as SyntaxError).message})`,
    ]);
  }
  const problems: string[] = [];
  const hubs = hubsOf(json, problems);
  problems.push(...hubProblems(hubs));
  if (problems.length > 0)
    throw new InvalidConfigError(`emulator configuration '${path}'`, problems);
  return hubs;
}

function hubsOf(json: unknown, problems: string[]): HubDefinition[] {
  const namespaces = list(member(member(json, 'UserConfig'), 'NamespaceConfig'));
  if (namespaces?.length !== 1) {
    problems.push('UserConfig.NamespaceConfig must be a list of one namespace');
    return [];
  }
  const entities = list(member(namespaces[0], 'Entities'));
  if (entities === undefined || entities.length === 0) {
    problems.push('UserConfig.NamespaceConfig[0].Entities must be a list of at least one hub');
    return [];
  }
  return entities.flatMap((entity, index) => {
    const place = `Entities[${index}]`;
    const name = member(entity, 'Name');
    if (typeof name !== 'string') {
      problems.push(`${place}.Name must be a string`);
      return [];
    }
    return [{ name, partitions: partitionsOf(entity), consumerGroups: groupsOf(entity, place) }];
  });

  function groupsOf(entity: unknown, place: string): string[] {
    const groups = member(entity, 'ConsumerGroups') ?? [];
    const names = list(groups)?.map((group) => member(group, 'Name'));
    if (names?.every((name) => typeof name === 'string')) return names;
    problems.push(`${place}.ConsumerGroups must be a list of objects with a Name`);
    return [];
  }
}

/** The schema takes numbers and numbers in quotes; anything else becomes NaN and is found out later. */
function partitionsOf(entity: unknown): number {
  const count = member(entity, 'PartitionCount');
  return typeof count === 'number' || typeof count === 'string' ? Number(count) : Number.NaN;
}

function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null
    ? (value as Record<string, unknown>)[name]
    : undefined;
}

function list(value: unknown): readonly unknown[] | undefined {
  return Array.isArray(value) ? value : undefined;
}
