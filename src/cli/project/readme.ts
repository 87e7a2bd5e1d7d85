import type { Project, ProjectBackend } from './backends.ts';

/** What to do first, in the order in which somebody does it. */
export function projectReadme({ name, backend }: Project): string {
  return `# ${name}

Handles the topic \`orders\` with [Partita](https://www.npmjs.com/package/partita). Needs Node 22.22 or later.

\`\`\`sh
npm install
npm test               # the handler in app.yaml, without a broker and without waiting
${commands[backend](name)}
\`\`\`

| File | |
| --- | --- |
| \`app.yaml\` | which broker, and what is read by which handler |
| \`orders.ts\` | what a value has to look like, and what is done with it |
| \`orders.test.ts\` | both together |

One of the orders that are sent has a negative total: it is tried three times, then written to \`orders.dead\`.
${next[backend]}
\`npx partita explain\` says what the settings guarantee; \`npx partita --help\` what else there is.
`;
}

const withBroker =
  (broker: string) =>
  (group: string): string =>
    `npm run broker         # ${broker}; leave it running
npm start              # in a second terminal, until Ctrl-C
npm run send           # in a third: writes the lines of orders.jsonl
npx partita groups describe ${group}    # members, positions, lag
npx partita dlq list orders.dead        # what was given up`;

const commands: Readonly<Record<ProjectBackend, (group: string) => string>> = {
  memory: () => 'npm start              # starts it, sends three orders; until Ctrl-C',
  kafka: withBroker('a Kafka broker in memory, on port 9092'),
  eventhubs: withBroker('Event Hubs in memory, on port 5672'),
};

const next: Readonly<Record<ProjectBackend, string>> = {
  memory: `
A broker in memory lives and dies with its process. For a real one say \`backend: kafka\` in \`app.yaml\` and give it a section
\`kafka: { brokers: […] }\`, and \`npm install kafkajs@2.2.4\`.
`,
  kafka: `
\`KAFKA_BROKER=host:port\` takes another broker. Its topics \`orders\` and \`orders.dead\` have to exist:
\`npx partita topics create orders --partitions 4\`.
`,
  eventhubs: `
\`EVENTHUBS_CONNECTION_STRING\` takes another namespace. Its hubs \`orders\`, with the consumer group of \`app.yaml\`, and
\`orders.dead\` have to exist.
`,
};
