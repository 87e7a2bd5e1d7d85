import type { Scenario } from '../stage.ts';
import { autoCreation } from './auto-creation.ts';
import { cluster } from './cluster.ts';
import { committedOffsets } from './committed-offsets.ts';
import { configs } from './configs.ts';
import { consumerGroups } from './consumer-groups.ts';
import { groupAdmin } from './group-admin.ts';
import { joining } from './joining.ts';
import { membership } from './membership.ts';
import { producing } from './producing.ts';
import { reading } from './reading.ts';
import { staticMembers } from './static-members.ts';
import { topics } from './topics.ts';
import { transactionAdmin } from './transaction-admin.ts';
import { transactions } from './transactions.ts';

/** All scenarios, by the file their answers are recorded in. */
export const areas: Readonly<Record<string, readonly Scenario[]>> = {
  joining,
  membership,
  'static-members': staticMembers,
  'committed-offsets': committedOffsets,
  'group-admin': groupAdmin,
  'consumer-groups': consumerGroups,
  producing,
  reading,
  transactions,
  'transaction-admin': transactionAdmin,
  topics,
  configs,
  cluster,
};

/** For brokers that make topics by themselves. */
export const areasOfAutoCreation: Readonly<Record<string, readonly Scenario[]>> = {
  'auto-creation': autoCreation,
};
