/** `npm run broker`: a real Kafka until Ctrl-C. Options: --brokers 1|3, --version 4.3.1 */
import { parseArgs } from 'node:util';
import { startKafka } from '../test/support/kafka.ts';

const { values } = parseArgs({
  options: {
    brokers: { type: 'string', default: '1' },
    version: { type: 'string' },
  },
});
if (values.brokers !== '1' && values.brokers !== '3') throw new Error('--brokers is 1 or 3');

const kafka = await startKafka({
  brokers: values.brokers === '1' ? 1 : 3,
  ...(values.version !== undefined && { version: values.version }),
});
console.log(`Kafka ${kafka.version} (${kafka.origin}): ${kafka.bootstrap.join(',')}`);
// The clean-up at exit ends the brokers; until then this process only has to stay.
setInterval(() => {}, 60_000);
