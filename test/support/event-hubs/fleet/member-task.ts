/** What a member process is told: one JSON argument. */
export interface MemberTask {
  readonly member: string;
  readonly connectionString: string;
  readonly hub: string;
  readonly group: string;
  /** Connection string of the blob storage. */
  readonly storage: string;
  readonly container: string;
  /** Between two looks at the group. */
  readonly intervalMs: number;
  /** After this long without a sign of life a member counts as dead. */
  readonly expiryMs: number;
  /** How long the handler of one event takes. */
  readonly handleMs: number;
  /** Where it notes down what it handled. */
  readonly logFile: string;
  /** Of official processors, how eagerly they claim. */
  readonly strategy?: 'balanced' | 'greedy';
  /** Ours: whether processors of an official SDK are in the group. */
  readonly officialProcessors?: 'detect' | 'expected';
}

/** An event says where it was sent to and its number there, from 1. */
export function eventBody(partition: number, number: number): Buffer {
  const body = Buffer.alloc(8);
  body.writeUInt32LE(partition, 0);
  body.writeUInt32LE(number, 4);
  return body;
}

export function readMemberTask(): MemberTask {
  return JSON.parse(process.argv[2] ?? '{}') as MemberTask;
}

/** Tells the parent which partitions are read from now on, and what happens: `open 3`, `close 3`, `lost`, … */
export function say(word: string, detail: string | number = ''): void {
  process.stdout.write(`${word} ${detail}\n`);
}
