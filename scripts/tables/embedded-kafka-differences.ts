import { differences } from '../../test/support/comparison/differences.ts';
import { areas, areasOfAutoCreation } from '../../test/support/comparison/scenarios/index.ts';

/** Where answers of the embedded broker differ from those that were recorded from Apache Kafka, one reason each. */
export function embeddedKafkaDifferences(): string {
  const scenarios = Object.values({ ...areas, ...areasOfAutoCreation }).flat().length;
  const reasons = [...new Set(differences.map(({ reason }) => `- ${reason}`))];
  return [`Of the answers in ${scenarios} scenarios these differ:`, '', ...reasons].join('\n');
}
