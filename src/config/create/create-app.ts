import { assignorByName } from '../../assignors/index.ts';
import { type App, createApp } from '../../core/index.ts';
import { realClock } from '../../system/real-clock.ts';
import { realRandom } from '../../system/real-random.ts';
import { stderrLogger } from '../../system/stderr-logger.ts';
import { onTerminate } from '../../system/terminate.ts';
import type { AppConfig } from '../app-config.ts';
import { checkConfig, throwProblems } from '../check-config.ts';
import type { ConfigProblem } from '../problems/issue-sentences.ts';
import { type ConfigPath, sourceOf } from '../source.ts';
import type { AppParts } from './app-parts.ts';
import { backendOf } from './backend-of.ts';
import { consumerOptionsOf, topicsOf } from './consumer-options-of.ts';
import { inMilliseconds } from './in-milliseconds.ts';
import { inWordsOfConfig } from './in-words-of-config.ts';
import { loggerOf } from './logger-of.ts';
import { middlewareOf } from './middleware-of.ts';
import { namesOfNobody } from './names-of-nobody.ts';
import { producerOptionsOf } from './producer-options-of.ts';
import { producerProblems } from './producer-problems.ts';
import { References } from './references.ts';
import { unknownBackend } from './unknown-backend.ts';

export interface CreateOptions {
  /** Folder that paths in the configuration are seen from. @default that of the file it was read from, else the current one */
  readonly baseFolder?: string;
  /** What the program brings itself. */
  readonly parts?: AppParts;
}

/** What all parts of an application are made with. */
interface Making {
  readonly config: AppConfig;
  readonly parts: AppParts;
  readonly folder: string;
  readonly references: References;
  readonly problems: ConfigProblem[];
}

/**
 * The application that a configuration describes, with all its consumers declared and nothing connected yet: `run` it, or
 * `start` it. Loads the one backend that is named, and the modules that the configuration refers to.
 *
 * `health` and `telemetry` are not started here: they look at an application that is there already.
 *
 * @throws InvalidConfigError with all problems at once: wrong settings, missing modules and exports, what the backend refuses,
 * client libraries that are not installed.
 */
export async function createAppFromConfig(
  given: AppConfig,
  { baseFolder, parts = {} }: CreateOptions = {},
): Promise<App> {
  const source = sourceOf(given);
  const config = source === undefined ? checkConfig(given) : given;
  const folder = baseFolder ?? source?.folder ?? '.';
  const references = new References(folder);
  const making: Making = {
    config,
    parts,
    folder,
    references,
    problems: namesOfNobody(config, parts),
  };
  making.problems.push(...producerProblems(config, parts));
  const app = await orProblems([], making.problems, () => appOf(making));
  for (const i of (config.consumers ?? []).keys()) await declare(app, i, making);
  const problems = [...references.problems, ...making.problems];
  throwProblems('configuration', problems, source, config);
  // Without an application there was a problem.
  return app as App;
}

async function appOf(making: Making): Promise<App> {
  const { config, parts, problems } = making;
  const backend =
    parts.backend ?? (await orProblems([config.backend], problems, () => backendOf(making)));
  const logger = parts.logger ?? (await orProblems([], problems, () => loggerOf(config.logger)));
  const middleware = [
    ...(parts.middleware ?? []),
    ...(await middlewareOf(config.middleware, ['middleware'], making.references)),
  ];
  const { clientId, startTimeout, stopTimeout } = config;
  const settings = Object.entries({ clientId, startTimeout, stopTimeout });
  const given = Object.fromEntries(settings.filter(([, value]) => value !== undefined));
  return createApp(
    {
      ...inMilliseconds(given, []),
      ...parts.settings,
      producer: await producerOptionsOf(config.producer, making.references),
      ...(logger !== undefined && { logger }),
      ...(parts.telemetry !== undefined && { telemetry: parts.telemetry }),
      backend: backend ?? unknownBackend,
      middleware,
    },
    {
      clock: parts.clock ?? realClock,
      random: parts.random ?? realRandom,
      logger: stderrLogger,
      assignorByName,
      onTerminate,
    },
  );
}

/** A consumer that refers to something missing is not looked at any further: what follows from that would be told twice. */
async function declare(app: App | undefined, i: number, making: Making): Promise<void> {
  const { config, parts, references, problems } = making;
  const consumer = config.consumers?.[i];
  if (consumer === undefined) return;
  const path = ['consumers', i];
  const before = references.problems.length;
  await orProblems(path, problems, async () => {
    const options = await consumerOptionsOf(consumer, path, parts, references);
    if (references.problems.length === before)
      app?.consume(topicsOf(consumer.topics), options as never);
  });
}

/** The result, or undefined when there are problems of the configuration instead. */
async function orProblems<T>(
  path: ConfigPath,
  problems: ConfigProblem[],
  make: () => Promise<T>,
): Promise<T | undefined> {
  try {
    return await make();
  } catch (error) {
    problems.push(...inWordsOfConfig(error, path));
    return undefined;
  }
}
