import { describe, expect, it } from 'vitest';
import { parseLegacyCheckpoint } from '../../../../../src/backends/eventhubs/store/legacy-checkpoint.ts';

describe('checkpoints of older software', () => {
  it.each([
    [
      'Event Processor Host and Functions',
      '{"PartitionId":"0","Owner":"x","Token":"y","Epoch":386,"Offset":"8591964920","SequenceNumber":960180}',
      { offset: 960181, token: '8591964920' },
    ],
    ['older Python', '{"offset":"12","sequence_number":3}', { offset: 4, token: '12' }],
    ['without a number', '{"Offset":"12"}', { offset: null, token: '12' }],
    ['with nothing handled yet', '{"Offset":"","SequenceNumber":0}', null],
    ['without an offset', '{"Owner":"x","SequenceNumber":5}', null],
    ['some other blob', 'hello', null],
    ['an empty blob', '', null],
    ['no object', '7', null],
    ['nothing at all', null, null],
  ])('%s', (_, text, position) => {
    expect(parseLegacyCheckpoint(text)).toEqual(position);
  });
});
