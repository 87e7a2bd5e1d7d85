import { InvalidConfigError } from './model/errors.ts';
import type { AppOptions, System } from './options/app-options.ts';
import type { ConsumerOptions, Topics } from './options/consumer-options.ts';
import { resolveConsumerOptions } from './options/resolve-consumer-options.ts';
import type { ResolvedConsumerOptions } from './options/resolved-options.ts';
import { type AnyTopic, decoderOf, isTypedTopic } from './options/typed-topic.ts';

/** What may be consumed: by name, or by name and type. */
export type AllTopics = Topics | AnyTopic | readonly AnyTopic[];

interface Declared {
  readonly topics: AllTopics;
  readonly given: ConsumerOptions<never>;
  readonly name: string;
}

type World = Pick<AppOptions, 'backend' | 'middleware'> & Pick<System, 'assignorByName'>;

/** The consumers of an application as they were given, to be resolved for the backend it runs on. */
export class Declarations {
  readonly #declared: Declared[] = [];

  /** @throws InvalidConfigError with all problems of the options at once. */
  add(topics: AllTopics, given: ConsumerOptions<never>, world: World): void {
    const { name } = resolve(topics, given, world);
    if (this.#declared.some((declared) => declared.name === name))
      throw new InvalidConfigError(`options of the consumer ${name}`, [
        `another consumer of this application has the name ${name}; give each its own name`,
      ]);
    this.#declared.push({ topics, given, name });
  }

  /** The same consumers, for another application. */
  copyTo(other: Declarations): void {
    other.#declared.push(...this.#declared);
  }

  /** In the order of their declaration. */
  resolve(world: World): ResolvedConsumerOptions[] {
    return this.#declared.map(({ topics, given }) => resolve(topics, given, world));
  }
}

function resolve(
  topics: AllTopics,
  given: ConsumerOptions<never>,
  { backend, middleware = [], assignorByName }: World,
): ResolvedConsumerOptions {
  const { capabilities } = backend;
  const decoder = decoderOf(topics);
  const context = { capabilities, assignorByName, middleware, decoder };
  return resolveConsumerOptions(namesOf(topics), given, context);
}

function namesOf(topics: AllTopics): Topics {
  const nameOf = (one: unknown) => (isTypedTopic(one) ? one.name : one);
  return (Array.isArray(topics) ? topics.map(nameOf) : nameOf(topics)) as Topics;
}
