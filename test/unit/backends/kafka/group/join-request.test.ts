import { expect, it } from 'vitest';
import { cooperativeSticky, range, sticky } from '../../../../../src/assignors/index.ts';
import {
  joinProtocols,
  rebalanceProtocol,
} from '../../../../../src/backends/kafka/group/join-request.ts';
import { decodeStickyUserData, decodeSubscription } from '../../../../../src/protocol/index.ts';

it('is cooperative only if every offered assignor is', () => {
  expect(rebalanceProtocol([cooperativeSticky])).toBe('cooperative');
  expect(rebalanceProtocol([range])).toBe('eager');
  expect(rebalanceProtocol([cooperativeSticky, range])).toBe('eager');
});

it('writes one subscription per assignor, in order of preference', () => {
  const held = [
    { topic: 't', partition: 1 },
    { topic: 't', partition: 0 },
  ];
  const claim = {
    topics: ['t', 's'],
    held,
    generation: 5,
    last: { owned: held, generation: 4 },
    rack: 'r1',
  };
  const [first, second, ...rest] = joinProtocols([sticky, range], claim);
  expect(rest).toEqual([]);
  expect([first?.name, second?.name]).toEqual(['sticky', 'range']);
  expect(decodeSubscription(second?.metadata ?? Buffer.alloc(0))).toEqual({
    version: 3,
    topics: ['s', 't'],
    userData: null,
    ownedPartitions: [{ topic: 't', partitions: [0, 1] }],
    generationId: 5,
    rackId: 'r1',
  });
  const { userData } = decodeSubscription(first?.metadata ?? Buffer.alloc(0));
  expect(decodeStickyUserData(userData ?? Buffer.alloc(0)).generationId).toBe(4);
});
