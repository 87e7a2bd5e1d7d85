import { InvalidConfigError } from '../model/errors.ts';
import { textOfHeader } from '../model/header-text.ts';
import type { ConsumerRecord, ProducerRecord } from '../model/record.ts';
import type { DecodeFunction, ValueCodec } from './decoder.ts';
import { OptionCheck, show } from './option-check.ts';

/** A topic that knows what its values are: `In` is written, `Out` is what handlers get. */
export interface TypedTopic<In, Out> {
  readonly name: string;
  readonly value: ValueCodec<In, Out>;
}

/** Some typed topic, whatever its values are. */
export type AnyTopic = TypedTopic<never, unknown>;

/** What the handler of these topics gets. */
export type ValueOf<Topics extends AnyTopic | readonly AnyTopic[]> =
  Topics extends readonly TypedTopic<never, infer Out>[]
    ? Out
    : Topics extends TypedTopic<never, infer Out>
      ? Out
      : never;

/** A record for a typed topic; its value may be `null`, a tombstone, whatever the type. */
export type TypedRecord<In> = Omit<ProducerRecord, 'value'> & { readonly value: In | null };

/**
 * Names a topic and the type of its values once, for all that read and write it.
 *
 * ```ts
 * const orders = topic('orders', json(Order));
 * app.consume(orders, { group: 'billing', onError, handle: (order) => charge(order) });
 * await app.producer().send(orders, { key: order.id, value: order });
 * ```
 *
 * @throws InvalidConfigError with every problem at once.
 */
export function topic<In, Out>(name: string, value: ValueCodec<In, Out>): TypedTopic<In, Out> {
  const check = new OptionCheck();
  checkTopic(check, name, value);
  if (check.problems.length > 0) throw new InvalidConfigError('topic', check.problems);
  return { name, value };
}

/**
 * Several at once, by name: `const topics = defineTopics({ orders: json(Order), notes: text() })` has `topics.orders`.
 *
 * @throws InvalidConfigError with every problem at once.
 */
export function defineTopics<
  const Codecs extends Readonly<Record<string, ValueCodec<never, unknown>>>,
>(
  codecs: Codecs,
): {
  readonly [Name in keyof Codecs]: Codecs[Name] extends ValueCodec<infer In, infer Out>
    ? TypedTopic<In, Out>
    : never;
} {
  const check = new OptionCheck();
  const given = Object.entries(check.object('topics', codecs));
  for (const [name, value] of given) checkTopic(check, name, value);
  if (check.problems.length > 0) throw new InvalidConfigError('topics', check.problems);
  return Object.fromEntries(given.map(([name, value]) => [name, { name, value }])) as ReturnType<
    typeof defineTopics<Codecs>
  >;
}

export function isTypedTopic(value: unknown): value is AnyTopic {
  if (typeof value === 'string') return false;
  const { name, value: codec } = Object(value) as Partial<AnyTopic>;
  return typeof name === 'string' && typeof codec?.decode === 'function';
}

/** What values of these topics are decoded with; undefined when they are no typed topics. */
export function decoderOf(topics: unknown): DecodeFunction<unknown> | undefined {
  const list: unknown[] = Array.isArray(topics) ? topics : [topics];
  if (list.length === 0 || !list.every(isTypedTopic)) return undefined;
  const [first] = list;
  if (list.length === 1) return (value, record) => first?.value.decode(value, record);
  const codecs = new Map(list.map((one) => [one.name, one.value]));
  return (value, record) => {
    const codec = codecs.get(record.topic) ?? codecs.get(firstTopicOf(record));
    if (codec === undefined) throw new TypeError(`no value type is known for ${record.topic}`);
    return codec.decode(value, record);
  };
}

/** Where a record was read at first that comes from a retry topic. */
function firstTopicOf({ headers }: ConsumerRecord): string {
  return textOfHeader(headers, 'partita-topic') ?? '';
}

function checkTopic(check: OptionCheck, name: unknown, value: unknown): void {
  if (typeof name !== 'string' || name === '')
    check.problem(`name is ${show(name)}, expected the name of a topic`);
  const { decode, encode } = Object(value) as Partial<ValueCodec<never, unknown>>;
  if (typeof decode !== 'function' || typeof encode !== 'function')
    check.problem(
      `the value of ${show(name)} is ${show(value)}, expected json(schema), text(), or an object with decode and encode`,
    );
}
