import type { AdminSession, App } from '../core/index.ts';

/** The admin of an application, opened when it is first asked: who is merely injected with it connects nothing. */
export function lazyAdmin(app: App): AdminSession {
  let opened: AdminSession | undefined;
  const admin = (): AdminSession => {
    opened ??= app.admin();
    return opened;
  };
  return {
    topics: async (names) => admin().topics(names),
    createTopic: async (topic) => admin().createTopic(topic),
    deleteTopic: async (topic) => admin().deleteTopic(topic),
    addPartitions: async (topic, partitions) => admin().addPartitions(topic, partitions),
    offsets: async (topic, at) => admin().offsets(topic, at),
    committed: async (group, topics) => admin().committed(group, topics),
    commit: async (group, positions) => admin().commit(group, positions),
    groups: async () => admin().groups(),
    group: async (group) => admin().group(group),
    close: async () => opened?.close(),
  };
}
