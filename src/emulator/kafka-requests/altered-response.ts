import type { FetchedPartition, FetchResponse } from '../../protocol/index.ts';
import { damagedRecords } from '../kafka/damaged-records.ts';
import type { Call } from './endpoint.ts';

const FETCH = 'Fetch';

/** The response with what faults make of it: the throttle time they tell, the records they damage. */
export function alteredResponse<Response extends object>(
  response: Response,
  api: string,
  call: Call,
): Response {
  const damaged =
    api === FETCH && call.broker.faults.damageRecords
      ? (damagedFetch(response as unknown as FetchResponse, call) as unknown as Response)
      : response;
  return call.throttleMs === 0 ? damaged : { ...damaged, throttleTimeMs: call.throttleMs };
}

function damagedFetch(response: FetchResponse, call: Call): FetchResponse {
  return {
    ...response,
    topics: response.topics.map(({ topic, partitions }) => ({
      topic,
      partitions: partitions.map((fetched) => damagedPartition(topic, fetched, call)),
    })),
  };
}

function damagedPartition(topic: string, fetched: FetchedPartition, call: Call): FetchedPartition {
  const { records, partition } = fetched;
  if (records === null || records.length === 0) return fetched;
  const { broker, node, client } = call;
  const place = { api: FETCH, clientId: client.clientId, nodeId: node.nodeId, topic, partition };
  const damage = broker.faults.takeDamage(place, records);
  return damage === undefined ? fetched : { ...fetched, records: damagedRecords(records, damage) };
}
