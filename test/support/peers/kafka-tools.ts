import type { PeerProcess } from './peer-process.ts';

const classes = {
  'kafka-topics': 'org.apache.kafka.tools.TopicCommand',
  'kafka-consumer-groups': 'org.apache.kafka.tools.consumer.group.ConsumerGroupCommand',
  'kafka-configs': 'kafka.admin.ConfigCommand',
  'kafka-console-producer': 'org.apache.kafka.tools.ConsoleProducer',
  'kafka-console-consumer': 'org.apache.kafka.tools.consumer.ConsoleConsumer',
  'kafka-get-offsets': 'org.apache.kafka.tools.GetOffsetShell',
  'kafka-cluster': 'org.apache.kafka.tools.ClusterTool',
  'kafka-groups': 'org.apache.kafka.tools.GroupsCommand',
  'kafka-log-dirs': 'org.apache.kafka.tools.LogDirsCommand',
  'kafka-transactions': 'org.apache.kafka.tools.TransactionsCommand',
} as const;

export type KafkaTool = keyof typeof classes;

export interface ToolOutcome {
  readonly code: number;
  /** What it printed, without empty lines. */
  readonly lines: readonly string[];
}

/** Kafka's own command-line tools, run one after the other in one Java process. */
export class KafkaTools {
  readonly #java: PeerProcess;
  readonly #bootstrap: string;

  constructor(java: PeerProcess, bootstrap: string) {
    this.#java = java;
    this.#bootstrap = bootstrap;
  }

  /** A tool with the words of its command line, and lines for its standard input. */
  async run(tool: KafkaTool, words: string, input: readonly string[] = []): Promise<ToolOutcome> {
    const broker = ['--bootstrap-server', this.#bootstrap];
    const rest = words.split(' ');
    // Only this one wants its verb first.
    const given = tool === 'kafka-cluster' ? [...rest, ...broker] : [...broker, ...rest];
    const typed = input.map((line) => `${line}\\n`).join('');
    const answer = await this.#java.do('tool', classes[tool], typed, ...given);
    const [code, ...lines] = answer.split('\n').filter((line) => line.trim() !== '');
    return { code: Number(code), lines };
  }

  /** As `run`, for what has to work; resolves with the lines that were printed. @throws Error when the exit code is not 0. */
  async do(
    tool: KafkaTool,
    words: string,
    input: readonly string[] = [],
  ): Promise<readonly string[]> {
    const { code, lines } = await this.run(tool, words, input);
    if (code === 0) return lines;
    throw new Error(`${tool} ${words} ended with ${code}: ${lines.join('\n')}`);
  }
}
