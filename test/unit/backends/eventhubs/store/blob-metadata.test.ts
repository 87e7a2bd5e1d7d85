import { describe, expect, it } from 'vitest';
import {
  checkpointMetadata,
  ownershipMetadata,
  readCheckpoint,
  readMemberMetadata,
  readOwnership,
} from '../../../../../src/backends/eventhubs/store/blob-metadata.ts';

describe('metadata of blobs', () => {
  it.each([
    ['official', { sequencenumber: '41', offset: '4200' }, 42, '4200'],
    ['in another case', { SequenceNumber: '41', Offset: '4200' }, 42, '4200'],
    [
      'of .NET with its client',
      { sequencenumber: '41', offset: '4200', clientidentifier: 'x' },
      42,
      '4200',
    ],
    ['without an offset', { sequencenumber: '41' }, 42, null],
    ['with an empty offset', { sequencenumber: '41', offset: '' }, 42, null],
    ['with the placeholder of older .NET', { sequencenumber: '41', offset: 'no offset' }, 42, null],
    ['without a sequence number', { offset: '4200' }, null, '4200'],
    ['with an empty sequence number', { sequencenumber: '', offset: '4200' }, null, '4200'],
    ['of a geo-replicated hub', { sequencenumber: '41', offset: '2:9:4200' }, 42, '2:9:4200'],
    ['before the first event', { sequencenumber: '-1', offset: '-1' }, 0, null],
    ['with nonsense', { sequencenumber: 'abc', offset: '' }, null, null],
    ['beyond safe integers', { sequencenumber: '9223372036854775807', offset: 'x' }, null, 'x'],
    ['without anything', {}, null, null],
  ])('read a checkpoint %s', (_, metadata, offset, token) => {
    expect(readCheckpoint(metadata as Record<string, string>)).toMatchObject({ offset, token });
  });

  it('always hold offset and sequence number, without which official readers fail', () => {
    const entry = { topic: 'a', partition: 0, metadata: '', generation: null };
    expect(checkpointMetadata({ ...entry, offset: 7, token: null })).toEqual({
      sequencenumber: '6',
      offset: '',
    });
    expect(checkpointMetadata({ ...entry, offset: 0, token: null })).toEqual({
      sequencenumber: '-1',
      offset: '-1',
    });
  });

  it.each(['', 'partita1rAAE', 'two words', 'Grüße', '\n'])('keep the text %j', (text) => {
    const entry = { topic: 'a', partition: 0, offset: 1, token: 't', generation: 3 };
    const metadata = checkpointMetadata({ ...entry, metadata: text });
    expect(Object.values(metadata).join('')).toMatch(/^[!-~]*$/);
    expect(readCheckpoint(metadata)).toMatchObject({ metadata: text, generation: 3 });
  });

  it.each([
    [{ ownerid: 'x' }, 'x', null],
    [{ OwnerId: 'x' }, 'x', null],
    [{ ownerid: '' }, '', null],
    [{}, '', null],
    [{ ownerid: 'x', partitageneration: '9' }, 'x', 9],
  ])('read an ownership %j', (metadata, owner, generation) => {
    expect(readOwnership(metadata as Record<string, string>)).toEqual({ owner, generation });
  });

  it('release by an empty owner, as official software does', () => {
    const entry = { topic: 'a', partition: 0, owner: '', generation: 4 };
    expect(ownershipMetadata(entry)).toEqual({ ownerid: '', partitageneration: '4' });
  });

  it.each(['', '{', '[]', 'null', '{"session":"s"}', '{"topics":{"a":"x"},"assignors":[]}'])(
    'take %j for no member',
    (partitamember) => {
      expect(readMemberMetadata({ partitamember })).toBeUndefined();
    },
  );
});
