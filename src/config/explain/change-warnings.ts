import type { AppConfig, ConsumerConfig } from '../app-config.ts';
import { consumerName } from '../create/consumer-name.ts';
import type { ConfigPath } from '../source.ts';
import type { ExplainedWarning } from './explanation.ts';
import { warn } from './warn.ts';

/** About what a roll-out of this configuration does to the one that runs. */
export function changeWarnings(
  config: AppConfig,
  before: AppConfig | undefined,
): ExplainedWarning[] {
  if (before === undefined) return [];
  const consumers = config.consumers ?? [];
  const moved =
    config.backend === before.backend
      ? []
      : [
          warn(
            ['backend'],
            `Positions stay on ${before.backend}: on ${config.backend} the groups go on where they left off there, or begin at their start.`,
          ),
        ];
  const gone = (before.consumers ?? []).filter(
    ({ group }) => group !== undefined && !consumers.some((other) => other.group === group),
  );
  return [
    ...moved,
    ...gone.map((consumer) =>
      warn(
        ['consumers'],
        `The group ${consumer.group} has no consumer any more; what is written from now on waits in the log until retention deletes it.`,
      ),
    ),
    ...consumers.flatMap((consumer, i) => {
      const name = consumerName(consumer);
      const old = (before.consumers ?? []).find((other) => consumerName(other) === name);
      return old === undefined ? [] : consumerChanges(old, consumer, ['consumers', i]);
    }),
  ];
}

function consumerChanges(
  old: ConsumerConfig,
  now: ConsumerConfig,
  path: ConfigPath,
): ExplainedWarning[] {
  const warnings: ExplainedWarning[] = [];
  const offered = { old: assignorsOf(old), now: assignorsOf(now) };
  const isSameGroup = old.group === now.group;
  if (isSameGroup && !offered.now.some((name) => offered.old.includes(name)))
    warnings.push(
      warn(
        [...path, 'assignor'],
        `Changing it takes two rolling restarts: first assignor: [${[...offered.now, ...offered.old].join(', ')}] everywhere, then [${offered.now.join(', ')}]. At once, new members are refused (INCOMPATIBLE_GROUP) while old ones are there.`,
      ),
    );
  if (!isSameGroup && now.group !== undefined)
    warnings.push(
      warn(
        [...path, 'group'],
        `It was ${old.group ?? 'none'}: ${now.group} has positions of its own, or begins at start (${typeof now.start === 'string' || now.start === undefined ? (now.start ?? 'earliest') : JSON.stringify(now.start)}).`,
      ),
    );
  return warnings;
}

function assignorsOf({ assignor = 'cooperative-sticky' }: ConsumerConfig): readonly string[] {
  return typeof assignor === 'string' ? [assignor] : assignor;
}
