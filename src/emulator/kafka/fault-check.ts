import { InvalidConfigError, OptionCheck } from '../../core/index.ts';
import { errorCode } from '../../protocol/index.ts';
import { endpoints } from '../kafka-requests/endpoints.ts';
import { damages } from './damaged-records.ts';

type FieldType = 'text' | 'count' | 'ms' | 'boolean' | 'version' | 'api' | 'error' | 'damage';
type Fields = Readonly<Record<string, FieldType>>;

const limits: Fields = {
  clientId: 'text',
  broker: 'count',
  skip: 'count',
  times: 'count',
  forMs: 'ms',
};
const target: Fields = { api: 'api', ...limits };

export type KafkaFaultName = 'answer' | 'delay' | 'drop' | 'throttle' | 'records' | 'limit-version';

/** What each fault takes; what is needed in front. */
const faults: Readonly<Record<KafkaFaultName, readonly [readonly string[], Fields]>> = {
  answer: [['error'], { error: 'error', ...target }],
  delay: [['delayMs'], { delayMs: 'ms', ...target }],
  drop: [[], { carriedOut: 'boolean', ...target }],
  throttle: [['throttleMs'], { throttleMs: 'ms', mute: 'boolean', ...target }],
  records: [['damage'], { damage: 'damage', topic: 'text', partition: 'count', ...limits }],
  'limit-version': [['api', 'maxVersion'], { api: 'api', maxVersion: 'version' }],
};

/** @throws InvalidConfigError with all problems at once. */
export function checkFault(name: KafkaFaultName, given: object): void {
  const [needed, fields] = faults[name];
  const check = new OptionCheck();
  const values = given as Readonly<Record<string, unknown>>;
  check.known('', given, Object.keys(fields));
  for (const field of needed) if (values[field] === undefined) check.problem(`${field} is missing`);
  for (const [field, type] of Object.entries(fields))
    if (values[field] !== undefined) checkField(check, field, type, values[field]);
  if (check.problems.length > 0) throw new InvalidConfigError('fault', check.problems);
}

function checkField(check: OptionCheck, field: string, type: FieldType, value: unknown): void {
  switch (type) {
    case 'text':
      check.optionalText(field, value);
      break;
    case 'count':
      check.count(field, value, 0);
      break;
    case 'version':
      check.count(field, value, -1);
      break;
    case 'ms':
      check.ms(field, value);
      break;
    case 'boolean':
      if (typeof value !== 'boolean') check.problem(`${field} is no boolean`);
      break;
    case 'api':
      check.oneOf(
        field,
        value,
        [...endpoints.values()].map(({ name }) => name),
      );
      break;
    case 'error':
      check.oneOf(field, value, Object.keys(errorCode));
      break;
    case 'damage':
      check.oneOf(field, value, damages);
      break;
  }
}
