import { endpoints } from '../../src/emulator/kafka-requests/endpoints.ts';

/** The requests that the embedded Kafka broker serves, and what each lacks beside Apache Kafka. */
export function embeddedKafkaTable(): string {
  const rows = [...endpoints.values()].map(
    ({ key, name, versions, gaps }) =>
      `| ${key} | ${name} | ${versions.min === versions.max ? versions.min : `${versions.min}-${versions.max}`} | ${gaps.join(' ') || 'none known'} |`,
  );
  return ['| key | request | versions | gaps |', '|---|---|---|---|', ...rows].join('\n');
}
